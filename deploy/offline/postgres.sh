#!/bin/bash
# Makes the cluster when the volume is new and runs what is in /docker-entrypoint-initdb.d, then serves.
set -euo pipefail
export POSTGRES_USER=${POSTGRES_USER:-postgres}
if [ ! -s "$PGDATA/PG_VERSION" ]; then
    rm -rf "$PGDATA"
    mkdir -p "$PGDATA"
    initdb --username "$POSTGRES_USER" --pwfile <(printf %s "$POSTGRES_PASSWORD") --auth-local trust \
        --auth-host scram-sha-256 --encoding UTF8 --locale C.UTF-8 > /dev/null
    echo 'host all all all scram-sha-256' >> "$PGDATA/pg_hba.conf"
    export PGHOST=/var/run/postgresql
    pg_ctl --wait --silent --options "-c listen_addresses='' -k $PGHOST" start
    for script in /docker-entrypoint-initdb.d/*.sh; do
        echo "running $script"
        bash "$script"
    done
    pg_ctl --wait --silent --mode fast stop
fi
exec postgres -c listen_addresses='*' -k /var/run/postgresql "$@"
