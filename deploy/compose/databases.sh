#!/bin/sh
# Makes a database for each service, with its owner, its own login and the reader of all logs.
# PostgreSQL's image runs this once, when the volume is new.
set -eu
reader=log_reader
psql --quiet --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
    --command "CREATE ROLE $reader LOGIN PASSWORD '$SERVICE_PASSWORD'"
for name in order_intake review procurement notification; do
    psql --quiet --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres <<SQL
CREATE ROLE ${name}_owner LOGIN PASSWORD '$SERVICE_PASSWORD';
CREATE ROLE ${name} LOGIN PASSWORD '$SERVICE_PASSWORD';
CREATE DATABASE ${name} OWNER ${name}_owner;
REVOKE ALL ON DATABASE ${name} FROM PUBLIC;
GRANT CONNECT ON DATABASE ${name} TO ${name}, ${reader};
SQL
done
