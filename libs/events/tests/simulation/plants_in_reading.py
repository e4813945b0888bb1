"""Bugs on the way from the topic to its effects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from unittest.mock import patch
from uuid import uuid4

from events import Reactor
from events import projector as projector_module
from events import reactor as reactor_module
from events.appending import Idempotency
from events.checkpoint import Connection, Fenced, Mark, Marks
from events.feed import Batch, Delivery, Partition
from simulation.planting import plant


@plant(8)
def the_reactor_stores_its_mark_before_the_effects() -> Any:
    handled = Reactor._handled

    async def hasty(self: Reactor, batches: Sequence[Batch]) -> bool:
        marks = await self._marks.store(self._pool, batches)

        async def stored(*_: Any) -> Mapping[Partition, Mark]:
            return marks

        with patch.object(self._marks, "store", stored):
            return await handled(self, batches)

    return patch.object(Reactor, "_handled", hasty)


@plant(8)
def the_projector_stores_its_mark_before_the_rows() -> Any:
    apply = projector_module.Projector._apply

    async def hasty(self: projector_module.Projector[Any], batches: Sequence[Batch]) -> None:
        marks = await self._marks.store(self._pool, batches)

        async def stored(*_: Any) -> Mapping[Partition, Mark]:
            return marks

        with patch.object(self._marks, "store", stored):
            await apply(self, batches)

    return patch.object(projector_module.Projector, "_apply", hasty)


@plant(6)
def the_projector_stores_its_mark_after_its_transaction() -> Any:
    apply, store = projector_module.Projector._apply, Marks.store

    async def late(self: projector_module.Projector[Any], batches: Sequence[Batch]) -> None:
        before: dict[Partition, Mark] = dict(self._marks._marks)

        async def not_yet(*_: Any) -> Mapping[Partition, Mark]:
            return before

        with patch.object(self._marks, "store", not_yet):
            await apply(self, batches)
        self._marks.moved(await store(self._marks, self._pool, batches))

    return patch.object(projector_module.Projector, "_apply", late)


@plant(5, 8)
def a_reaction_s_key_lacks_the_fact_s_id() -> Any:
    def without(key: str, _: bytes) -> Idempotency:
        return Idempotency(key.partition("/")[2], b"")

    return patch.object(reactor_module, "Idempotency", without)


@plant(5)
def a_reaction_s_commands_have_no_stable_key() -> Any:
    def fresh(key: str, digest: bytes) -> Idempotency:
        return Idempotency(f"{key}/{uuid4()}", digest)

    return patch.object(reactor_module, "Idempotency", fresh)


@plant(6)
def a_consumer_takes_repetitions_for_news() -> Any:
    def all_of_it(_: Marks, batch: Batch) -> Sequence[Delivery]:
        return batch.deliveries

    return patch.object(Marks, "fresh", all_of_it)


@plant(6)
def a_stale_member_is_not_fenced() -> Any:
    store = Marks.store

    async def blindly(
        self: Marks, connection: Connection, batches: Sequence[Batch]
    ) -> Mapping[Partition, Mark]:
        try:
            return await store(self, connection, batches)
        except Fenced:
            return {batch.partition: Mark(batch.next_offset) for batch in batches}

    return patch.object(Marks, "store", blindly)


@plant(5)
def a_reaction_goes_past_what_is_parked() -> Any:
    async def none(*_: Any) -> frozenset[str]:
        return frozenset()

    return patch.object(reactor_module, "parked_among", none)


@plant(6)
def a_read_model_goes_past_what_is_parked() -> Any:
    async def none(*_: Any) -> frozenset[str]:
        return frozenset()

    return patch.object(projector_module, "parked_among", none)


@plant(5, 8)
def an_event_that_fails_is_dropped_instead_of_parked() -> Any:
    async def drop(*_: Any) -> None:
        return None

    return patch.object(reactor_module, "park_all", drop)


@plant(8)
def a_member_goes_on_from_the_end_after_a_rebalance() -> Any:
    load = Marks.load

    async def end(self: Marks, partitions: Any) -> Mapping[Any, int]:
        loaded = await load(self, partitions)
        return {partition: offset + (offset > 3) for partition, offset in loaded.items()}

    return patch.object(Marks, "load", end)
