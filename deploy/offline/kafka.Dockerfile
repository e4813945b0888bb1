# Apache Kafka 4 from its own jars, with what docker-compose.yml uses of the image it stands in for.
FROM python:3.13-slim-bookworm
COPY java/ /opt/java/
COPY libs/ /opt/kafka/libs/
COPY kafka.sh /usr/local/bin/
COPY kafka-log4j2.properties /opt/kafka/config/log4j2.properties
RUN useradd --system --home-dir /opt/kafka appuser && install -d -o appuser -g appuser /var/lib/kafka/data
USER appuser
VOLUME /var/lib/kafka/data
EXPOSE 9092
ENTRYPOINT ["kafka.sh"]
