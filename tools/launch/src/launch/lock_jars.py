"""Write `kafka.jars`: resolve Kafka's coordinates and pin every jar with its digest and size.

Run as `python -m launch.lock_jars` after changing the version below, and read the difference
before committing it: these digests are what every later download is held to.
"""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path

from jgo.maven import Artifact, MavenContext
from jgo.parse import Coordinate

from launch.jars import LOCK

KAFKA = Coordinate("org.apache.kafka", "kafka_2.13", "4.3.1", scope="compile")
# Without a binding SLF4J drops every line that Kafka logs, also why it cannot start. It is taken by
# itself: resolved together with Kafka, what it wishes for would change the versions that Kafka gets.
BINDING = ("org.apache.logging.log4j", "log4j-slf4j-impl", "2.25.4")


def main() -> None:
    """Resolve, download, and rewrite the file."""
    with tempfile.TemporaryDirectory() as scratch:
        maven = MavenContext(repo_cache=Path(scratch))
        inputs, transitive = maven.resolver.resolve([maven.create_dependency(KAFKA)])
        needed = [*inputs, *(found for found in transitive if found.scope in ("compile", "runtime"))]
        group, artifact, version = BINDING
        binding = maven.project(group, artifact).at_version(version).artifact()
        lines = sorted(_line(jar) for jar in [*(dependency.artifact for dependency in needed), binding])
    LOCK.write_text(
        "# Written by `python -m launch.lock_jars`: Maven coordinates, SHA-256, bytes.\n" + "".join(lines)
    )


def _line(jar: Artifact) -> str:
    content = jar.resolve().read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    return f"{jar.groupId}:{jar.artifactId}:{jar.version} {digest} {len(content)}\n"


if __name__ == "__main__":
    main()
