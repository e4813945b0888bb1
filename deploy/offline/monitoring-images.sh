#!/usr/bin/env bash
# Makes stand-ins for the images of the profile `monitoring`, where no registry of images can be reached:
# Prometheus from Debian's package, the OpenTelemetry collector and Jaeger compiled from their Go modules.
# They have the names, ports and paths of the real ones, as far as docker-compose.yml uses them; Jaeger
# lacks its pages, which are not part of the module, and answers by its API. There is none for Grafana.
# Needs a Docker engine, Go, prometheus and busybox, and make-images.sh before it. Compiling takes minutes.
# An image that is there already is left alone.
set -euo pipefail
cd "$(dirname "$0")"
here=$(pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export DOCKER_BUILDKIT=0 CGO_ENABLED=0 GOFLAGS=-trimpath

missing() { ! docker image inspect "$1" > /dev/null 2>&1; }
step() { printf '%s %s\n' "$(date +%T)" "$*"; }
tag() { sed -n "s|^ *image: \($1:.*\)|\1|p" "$here/../../docker-compose.yml"; }
image() { docker build -q -t "$1" --target "$2" -f "$here/monitoring.Dockerfile" "$work" > /dev/null; }
cp "$(command -v busybox)" "$work/busybox"

prometheus=$(tag prom/prometheus)
if missing "$prometheus"; then
    step "$prometheus from Debian's package ($(prometheus --version 2>&1 | awk 'NR == 1 {print $3}'))"
    cp "$(command -v prometheus)" "$work/prometheus"
    image "$prometheus" prometheus
fi

collector=$(tag otel/opentelemetry-collector)
if missing "$collector"; then
    step "$collector by its own builder"
    GOBIN="$work/bin" go install "go.opentelemetry.io/collector/cmd/builder@v${collector#*:}"
    (cd "$work" && bin/builder --config "$here/collector-builder.yml" --ldflags="-s -w")
    image "$collector" collector
fi

jaeger=$(tag jaegertracing/jaeger)
if missing "$jaeger"; then
    step "$jaeger, which is version 1.76.0 of its module"
    mkdir "$work/jaeger"
    (cd "$work/jaeger" && go mod init stand-in/jaeger && go get -tool github.com/jaegertracing/jaeger/cmd/jaeger@v1.76.0 \
        && go build -ldflags="-s -w" -o "$work/jaeger-linux" github.com/jaegertracing/jaeger/cmd/jaeger)
    image "$jaeger" jaeger
fi
step "ready: $prometheus $collector $jaeger"
