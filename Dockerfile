# One image for each service, and one with the development issuer and mail sink:
#
#   docker build --build-arg SERVICE=review -t fulfilment/review .
#   docker build --target development -t fulfilment/development .
#
# A service runs as a user without rights, writes nothing to its file system, and takes its settings from
# the environment (docs/architecture.md). `docker run IMAGE migrate` brings its database up to date;
# without arguments it serves.
ARG PYTHON_IMAGE=python:3.13-slim-bookworm

FROM ${PYTHON_IMAGE} AS libraries
WORKDIR /src
COPY requirements/service.txt requirements/build.txt requirements/
RUN python3 -m venv /build \
 && /build/bin/pip install --no-cache-dir --require-hashes -r requirements/build.txt \
 && python3 -m venv --without-pip /app \
 && /build/bin/pip --python /app/bin/python install --no-cache-dir --require-hashes -r requirements/service.txt
COPY libs/events libs/events
COPY libs/servicekit libs/servicekit
RUN /build/bin/pip wheel --no-build-isolation --no-deps -w wheels libs/events libs/servicekit

FROM libraries AS development-build
COPY requirements/development.txt requirements/
COPY tools/launch tools/launch
RUN /build/bin/pip --python /app/bin/python install --no-cache-dir --require-hashes -r requirements/development.txt \
 && /build/bin/pip wheel --no-build-isolation --no-deps -w wheels tools/launch \
 && /build/bin/pip --python /app/bin/python install --no-cache-dir --no-deps wheels/*.whl

FROM ${PYTHON_IMAGE} AS development
COPY --from=development-build /app /app
RUN install -d -o 10001 -g 10001 /data
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
USER 10001:10001
WORKDIR /data
EXPOSE 8100 8125
HEALTHCHECK --interval=5s --timeout=4s --start-period=30s --retries=6 \
    CMD ["/app/bin/python", "-ISc", "import socket; s = socket.create_connection(('127.0.0.1', 8100), 3); s.sendall(b'GET /.well-known/jwks.json HTTP/1.0\\r\\n\\r\\n'); raise SystemExit(b' 200 ' not in s.recv(64))"]
ENTRYPOINT ["/app/bin/python", "-m", "launch.issuer", "--host", "0.0.0.0", "--data", "/data"]

FROM libraries AS service-build
ARG SERVICE
COPY services/${SERVICE} services/${SERVICE}
RUN /build/bin/pip wheel --no-build-isolation --no-deps -w wheels services/${SERVICE} \
 && /build/bin/pip --python /app/bin/python install --no-cache-dir --no-deps wheels/*.whl \
 && /app/bin/python -m compileall -q /app/lib \
 && printf '#!/bin/sh\nexec /app/bin/python -m %s "$@"\n' "$(echo "${SERVICE}" | tr - _)" > /app/bin/run \
 && chmod 755 /app/bin/run

FROM ${PYTHON_IMAGE} AS service
COPY --from=service-build /app /app
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 HOST=0.0.0.0 PORT=8000
USER 10001:10001
WORKDIR /app
EXPOSE 8000
STOPSIGNAL SIGTERM
# Asked over a bare socket: an HTTP client takes several times as long to load, every five seconds.
HEALTHCHECK --interval=5s --timeout=4s --start-period=60s --retries=6 \
    CMD ["/app/bin/python", "-ISc", "import os, socket; s = socket.create_connection(('127.0.0.1', int(os.environ['PORT'])), 3); s.sendall(b'GET /health/ready HTTP/1.0\\r\\n\\r\\n'); raise SystemExit(b' 200 ' not in s.recv(64))"]
ENTRYPOINT ["/app/bin/run"]
CMD ["serve"]
