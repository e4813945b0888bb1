# What the profile `monitoring` of docker-compose.yml uses of the images these stand in for.
FROM python:3.13-slim-bookworm AS base
COPY busybox /usr/local/bin/wget

FROM base AS prometheus
COPY prometheus /bin/prometheus
RUN install -d -o 65534 -g 65534 /prometheus
USER 65534
VOLUME /prometheus
ENTRYPOINT ["/bin/prometheus", "--config.file=/etc/prometheus/prometheus.yml", "--storage.tsdb.path=/prometheus"]

FROM scratch AS collector
COPY build/otelcol /otelcol
USER 10001
ENTRYPOINT ["/otelcol"]

FROM base AS jaeger
COPY jaeger-linux /cmd/jaeger/jaeger-linux
ENV JAEGER_LISTEN_HOST=0.0.0.0
USER 10001
ENTRYPOINT ["/cmd/jaeger/jaeger-linux"]
