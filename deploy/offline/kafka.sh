#!/bin/bash
# Every variable KAFKA_SOME_NAME is the property some.name; the storage is formatted when it is new.
set -euo pipefail
properties=/tmp/server.properties
env | sed -n 's/^KAFKA_\([A-Z_]*\)=\(.*\)/\1=\2/p' | grep -v '^HEAP_OPTS=' | while IFS='=' read -r name value; do
    printf '%s=%s\n' "$(tr 'A-Z_' 'a-z.' <<< "$name")" "$value"
done > "$properties"
java=(/opt/java/bin/java -Dlog4j2.configurationFile=/opt/kafka/config/log4j2.properties -cp '/opt/kafka/libs/*')
"${java[@]}" kafka.tools.StorageTool format --ignore-formatted -t "$CLUSTER_ID" -c "$properties"
# shellcheck disable=SC2086  # options are words
exec "${java[@]}" ${KAFKA_HEAP_OPTS:-} -XX:+UseSerialGC kafka.Kafka "$properties"
