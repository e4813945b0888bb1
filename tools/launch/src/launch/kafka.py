"""Apache Kafka, one node in KRaft mode, as a program the supervisor keeps running.

It is the real broker from its own jars; nothing but Java and the jars is needed.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import os
import uuid
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from launch import jars, java, ports
from launch.jars import JarsMissing
from launch.java import Java
from launch.program import LONGEST_PAUSE, Command, Program, finish
from launch.supervisor import Process, Supervisor

_LOGGING = Path(__file__).with_name("kafka-log4j2.properties")
_PROPERTIES = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@{host}:{controller}
listeners=PLAINTEXT://{host}:{port},CONTROLLER://{host}:{controller}{listeners}
advertised.listeners=PLAINTEXT://{host}:{port}{advertised}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,PROXIED:PLAINTEXT
inter.broker.listener.name=PLAINTEXT
controller.listener.names=CONTROLLER
log.dirs={data}
auto.create.topics.enable=false
group.initial.rebalance.delay.ms=0
offsets.topic.num.partitions=8
offsets.topic.replication.factor=1
transaction.state.log.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.num.partitions=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
num.network.threads=2
num.io.threads=4
log.cleaner.dedupe.buffer.size=8388608
"""


@dataclass(frozen=True, slots=True)
class Kit:
    """What it takes to run Kafka: a Java and the checked jars."""

    java: Java
    jars: Sequence[Path]

    def command(self, *options: str) -> list[str]:
        """Java with Kafka's classes. The jars are listed one by one: a cache refuses a wildcard."""
        path = os.pathsep.join(map(str, self.jars))
        return [str(self.java.path), *options, f"-Dlog4j2.configurationFile={_LOGGING}", "-cp", path]


@dataclass(frozen=True, slots=True)
class Proxied:
    """A second listener of the broker, for those who are to reach it through a proxy alone."""

    port: int
    """Where the broker listens for the proxy."""
    proxy: int
    """The proxy's port, which the broker names to its clients."""


@dataclass(frozen=True, slots=True)
class Kafka:
    """A running broker."""

    bootstrap: str
    process: Process


async def kit(progress: jars.Progress) -> Kit:
    """Find Java and fetch the jars. Raises `JavaMissing` or `JarsMissing`."""
    abandoned = False

    def report(done: int, total: int) -> None:
        if abandoned:  # nobody waits for the thread any more, so it should not hold up the end
            raise JarsMissing("the download was given up")
        progress(done, total)

    try:
        found = await asyncio.to_thread(java.find)
        files = await asyncio.to_thread(jars.fetch, jars.pinned(), jars.cache_directory() / "kafka", report)
    except asyncio.CancelledError:
        abandoned = True
        raise
    return Kit(found, files)


async def start(
    supervisor: Supervisor,
    kit: Kit,
    data: Path,
    log: Path,
    *,
    wished_port: int | None = None,
    cache: Sequence[str] = (),
    grace: float = 10.0,
    proxied: Proxied | None = None,
    longest_pause: float = LONGEST_PAUSE,
) -> Kafka:
    """Start a broker that keeps its data in `data` (an absolute path), formatting that when it is new.

    `cache` are the options that `aot.options` gives, `grace` the seconds it has to end, `proxied` a
    second way in, `longest_pause` as in `Program`.
    """
    port, controller = ports.choose(wished_port), ports.choose(wished_port and wished_port + 1)
    properties = _write_properties(data, port, controller, proxied)
    if not (data / "logs" / "meta.properties").exists():
        cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        # Not "-t": an identity may begin with a hyphen, and would be taken for an option.
        tool = ["kafka.tools.StorageTool", "format", f"--cluster-id={cluster}", "-c", str(properties)]
        await finish(Command("kafka's storage tool", [*kit.command(), *tool], log), supervisor.leash)
    bootstrap = f"{ports.HOST}:{port}"

    async def ready() -> bool:
        return await answers(bootstrap)

    java = kit.command("-Xms128m", "-Xmx512m", "-XX:+UseSerialGC", *cache)
    process = await supervisor.start(
        Program(
            Command("kafka", [*java, "kafka.Kafka", str(properties)], log), ready, grace=grace,
            longest_pause=longest_pause,
        )
    )  # fmt: skip
    return Kafka(bootstrap, process)


def _write_properties(data: Path, port: int, controller: int, proxied: Proxied | None) -> Path:
    data.mkdir(parents=True, exist_ok=True)
    properties = data / "server.properties"
    here = ports.HOST
    more = ("", "") if proxied is None else [f",PROXIED://{here}:{p}" for p in (proxied.port, proxied.proxy)]
    properties.write_text(
        _PROPERTIES.format(
            host=here, port=port, controller=controller, data=data / "logs", listeners=more[0], advertised=more[1]
        )
    )  # fmt: skip
    return properties


async def answers(bootstrap: str) -> bool:
    """Whether a broker is there and can coordinate consumer groups."""
    host, _, port = bootstrap.partition(",")[0].rpartition(":")
    try:
        # A plain call first: aiokafka logs an error for each one that is refused.
        _, writer = await asyncio.open_connection(host, int(port))
        writer.close()
        async with _admin(bootstrap) as admin:
            await admin.find_coordinator("launch")
    except (KafkaError, OSError, TimeoutError):
        return False
    return True


async def cluster_id(bootstrap: str) -> str:
    """What identifies the cluster and its data, whatever its address."""
    async with _admin(bootstrap) as admin:
        return str((await admin.describe_cluster())["cluster_id"])


@contextlib.asynccontextmanager
async def _admin(bootstrap: str) -> AsyncIterator[AIOKafkaAdminClient]:
    client = AIOKafkaAdminClient(bootstrap_servers=bootstrap, request_timeout_ms=5_000)
    try:
        await client.start()
        yield client
    finally:
        await client.close()
