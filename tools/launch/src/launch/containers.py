"""PostgreSQL and Kafka from Docker images, for tests on machines where Docker can pull them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager

from launch import ports
from launch.kafka import answers
from launch.program import DidNotStart

POSTGRES_IMAGE = "postgres:18"
KAFKA_IMAGE = "apache/kafka:4.3.1"

_PATIENCE = 60.0  # seconds


@contextmanager
def postgres() -> Iterator[str]:
    """A PostgreSQL container; gives the administrator's URL."""
    from testcontainers.community.postgres import PostgresContainer  # only where Docker is

    container = PostgresContainer(POSTGRES_IMAGE, driver=None).with_command("postgres -c max_connections=300")
    with container:
        yield container.get_connection_url()


@contextmanager
def kafka() -> Iterator[str]:
    """An Apache Kafka container in KRaft mode; gives its bootstrap servers, once it answers."""
    from testcontainers.core.container import DockerContainer  # only where Docker is
    from testcontainers.core.docker_client import DockerClient

    # A broker tells clients its address, so the port outside is chosen beforehand and is the one inside.
    bootstrap = f"{DockerClient().host()}:{(port := ports.choose())}"
    container = DockerContainer(KAFKA_IMAGE).with_bind_ports(port, port).with_envs(**_kafka(bootstrap, port))
    with container:
        deadline = time.monotonic() + _PATIENCE
        while not asyncio.run(answers(bootstrap)):
            if time.monotonic() > deadline:
                raise DidNotStart(
                    f"{KAFKA_IMAGE} did not answer within {_PATIENCE:.0f} s:\n{container.get_logs()}"
                )
            time.sleep(0.2)
        yield bootstrap


def _kafka(bootstrap: str, port: int) -> dict[str, str]:
    """The image's environment. Setting any of it drops all of its defaults."""
    return {
        "KAFKA_PROCESS_ROLES": "broker,controller",
        "KAFKA_NODE_ID": "1",
        "KAFKA_CONTROLLER_QUORUM_VOTERS": "1@localhost:9093",
        "KAFKA_CONTROLLER_LISTENER_NAMES": "CONTROLLER",
        "KAFKA_LISTENERS": f"PLAINTEXT://:{port},CONTROLLER://:9093",
        "KAFKA_ADVERTISED_LISTENERS": f"PLAINTEXT://{bootstrap}",
        "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "KAFKA_AUTO_CREATE_TOPICS_ENABLE": "false",
        "KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS": "0",
        "KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR": "1",
        "KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR": "1",
        "KAFKA_TRANSACTION_STATE_LOG_MIN_ISR": "1",
        "KAFKA_SHARE_COORDINATOR_STATE_TOPIC_REPLICATION_FACTOR": "1",
        "KAFKA_SHARE_COORDINATOR_STATE_TOPIC_MIN_ISR": "1",
    }
