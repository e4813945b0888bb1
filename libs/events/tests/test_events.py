"""Facts are read back forgivingly, and refuse what they cannot be."""

import pytest

from events import Event, Recorded, Unreadable, upcast
from events.event import current_name, decode


class PaidV3(Event, name="bill.paid.v3"):
    """The bill was paid."""

    cents: int
    currency: str


@upcast("bill.paid.v1", to="bill.paid.v2")
def _(old: dict[str, object]) -> dict[str, object]:
    return {"cents": int(str(old["euros"])) * 100}


@upcast("bill.paid.v2", to="bill.paid.v3")
def _(old: dict[str, object]) -> dict[str, object]:
    return {**old, "currency": "EUR"}


def test_old_versions_are_upcast_step_by_step() -> None:
    assert decode("bill.paid.v1", '{"euros": 7}') == PaidV3(cents=700, currency="EUR")
    assert decode("bill.paid.v2", '{"cents": 5}') == PaidV3(cents=5, currency="EUR")
    assert current_name("bill.paid.v1") == "bill.paid.v3"


def test_unknown_fields_are_ignored_on_reading() -> None:
    assert decode("bill.paid.v3", '{"cents": 5, "currency": "CNY", "later": 1}') == PaidV3(
        cents=5, currency="CNY"
    )


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("bill.paid.v9", "{}", "deploy a version that does"),
        ("bill.paid.v3", '{"cents": "many"}', "does not fit its schema"),
        ("bill.paid.v3", "not json", "does not fit its schema"),
        ("bill.paid.v1", "{}", "cannot upcast"),
        ("bill.paid.v2", "[1]", "cannot upcast"),
    ],
)
def test_what_cannot_be_read_says_what_to_do(name: str, data: str, says: str) -> None:
    with pytest.raises(Unreadable, match=says):
        decode(name, data)


def test_a_name_must_be_of_the_form_and_is_taken_once() -> None:
    with pytest.raises(TypeError, match="past_tense"):
        type("Wrong", (Event,), {}, name="Paid")
    with pytest.raises(TypeError, match="already the name"):
        type("Other", (Event,), {"__annotations__": {}}, name="bill.paid.v3")


def test_a_recorded_event_says_where_it_stands() -> None:
    fact = Recorded.of(PaidV3(cents=1, currency="CNY"), stream="bill-7", version=2, position=9)
    assert (fact.id_in_stream, fact.key, repr(fact)) == ("7", "7", "<9 bill-7@2 bill.paid.v3>")
