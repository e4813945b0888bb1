"""The broker that is used is the one asked for, or an error says what is missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from launch import brokers, ports
from launch.brokers import CannotMeet, Wish
from launch.jars import JarsMissing
from launch.kafka import Kit


def unheard(_done: int, _total: int) -> None:
    return


@pytest.fixture
def nothing_to_download(monkeypatch: pytest.MonkeyPatch) -> None:
    async def missing(_progress: object) -> Kit:
        raise JarsMissing("org.apache.kafka:kafka_2.13:4.3.1 cannot be downloaded: no network")

    monkeypatch.setattr("launch.kafka.kit", missing)


def test_the_settings_are_read() -> None:
    settings = {"BROKER": "kafka", "KAFKA_BOOTSTRAP_SERVERS": "broker:9092"}
    assert Wish.from_environment(settings) == Wish("kafka", "broker:9092")
    assert Wish.from_environment({"BROKER": "", "KAFKA_BOOTSTRAP_SERVERS": ""}) == Wish()


def test_another_word_for_the_broker_is_refused() -> None:
    with pytest.raises(CannotMeet, match="BROKER=rabbit means nothing; use BROKER=kafka or BROKER=embedded"):
        Wish.from_environment({"BROKER": "rabbit"})


async def test_embedded_overrides_a_kafka_that_is_named() -> None:
    choice = await brokers.choose(Wish("embedded", "broker:9092"), print, unheard)
    assert (choice.bootstrap, choice.kit) == (None, None)
    assert choice.why == "BROKER=embedded asks for it"


async def test_a_named_kafka_that_does_not_answer_is_an_error() -> None:
    nowhere = f"{ports.HOST}:{ports.choose()}"
    with pytest.raises(CannotMeet, match=f"KAFKA_BOOTSTRAP_SERVERS={nowhere}, but no Kafka answers there"):
        await brokers.choose(Wish(bootstrap=nowhere), print, unheard)


async def test_a_named_kafka_that_answers_is_used(kafka: str) -> None:
    choice = await brokers.choose(Wish(bootstrap=kafka), print, unheard)
    assert (choice.bootstrap, choice.kit) == (kafka, None)


@pytest.mark.usefixtures("nothing_to_download")
async def test_without_the_jars_the_embedded_feed_is_used_and_one_line_says_so() -> None:
    said: list[str] = []
    choice = await brokers.choose(Wish(), said.append, unheard)
    assert (choice.bootstrap, choice.kit) == (None, None)
    assert said == [
        "no Kafka, the embedded feed is used instead: "
        "org.apache.kafka:kafka_2.13:4.3.1 cannot be downloaded: no network"
    ]


@pytest.mark.usefixtures("nothing_to_download")
async def test_asking_for_kafka_without_the_jars_is_an_error() -> None:
    with pytest.raises(CannotMeet, match=r"BROKER=kafka cannot be met: .* cannot be downloaded: no network"):
        await brokers.choose(Wish("kafka"), print, unheard)


async def test_data_stays_with_the_kafka_it_was_published_to(kafka: str, tmp_path: Path) -> None:
    record = tmp_path / "kafka-cluster"
    await brokers.hold_to(record, kafka)
    await brokers.hold_to(record, kafka)
    record.write_text("another-cluster")
    with pytest.raises(
        CannotMeet, match=r"published to another Kafka \(cluster another-cluster, this one is"
    ):
        await brokers.hold_to(record, kafka)
