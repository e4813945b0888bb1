"""Kafka's ahead-of-time cache: one training run makes it, and later starts take half the time.

Needs Java 25 (JEP 514). Without the cache Kafka runs just as well, so a training that fails is
said and otherwise without consequence.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

from launch import jars, kafka
from launch.kafka import Kit
from launch.leash import Leash
from launch.program import DidNotStart, Say
from launch.supervisor import Supervisor

_PATIENCE = 60.0  # seconds for Java to write the cache while it ends


async def options(kit: Kit, leash: Leash, say: Say) -> list[str]:
    """The options that make Java use the cache, which is made when there is none yet."""
    if not kit.java.caches_ahead_of_time:
        return []
    cache = _place(kit)
    if not cache.exists():
        say("preparing Kafka for faster starts (once, about 10 s)")
        try:
            await _train(kit, cache, leash, say)
        except DidNotStart as error:
            say(f"Kafka will start without its cache: {error}")
            return []
    return [f"-XX:AOTCache={cache}", "-Xlog:aot=off"] if cache.exists() else []


async def _train(kit: Kit, cache: Path, leash: Leash, say: Say) -> None:
    from events.topic import ensure_topic  # slow to import, and only needed here

    with tempfile.TemporaryDirectory(prefix="training-", dir=cache.parent) as scratch:
        made = Path(scratch) / cache.name
        async with Supervisor(leash, say) as supervisor:
            log = Path(scratch) / "kafka.log"
            training = [f"-XX:AOTCacheOutput={made}"]
            trainee = await kafka.start(supervisor, kit, Path(scratch), log, cache=training, grace=_PATIENCE)
            await ensure_topic(trainee.bootstrap, "training")
        if made.exists():
            os.replace(made, cache)


def _place(kit: Kit) -> Path:
    """A file for this build of Java, wherever it lies, and these jars; for others it would be of no use."""
    key = hashlib.sha256(repr((kit.java.build, [*kit.jars])).encode()).hexdigest()
    return jars.cache_directory() / f"kafka-{key[:16]}.aot"
