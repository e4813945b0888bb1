"""Rule numbers are found in texts as people write them, and told as people read them."""

from __future__ import annotations

import pytest

from checks.words import cited, listed, shared, words


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("ConfirmRequirements", "confirm requirements"),
        ("in_review", "in review"),
        ("order-intake", "order intake"),
    ],
)
def test_names_become_words(name: str, told: str) -> None:
    assert words(name) == told


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ("Nothing but text, order C-1042, and 3C1.", set()),
        ("The customer cannot wait (C8).", {"C8"}),
        ("C10, C11 and C12 side by side, then C13.", {"C10", "C11", "C12", "C13"}),
        ("The panel (C9 to C11, S1)", {"C9", "C10", "C11", "S1"}),
        ("The panel (C9-C11)", {"C9", "C10", "C11"}),
        ("From C18 to S1 is no range", {"C18", "S1"}),
        (None, set()),
    ],
)
def test_rules_are_found(text: str | None, rules: set[str]) -> None:
    assert cited(text) == rules


def test_rules_are_listed_in_order_with_ranges() -> None:
    assert listed({"S1", "C10", "C2", "C8", "C9", "C16", "C17"}) == "C2, C8 to C10, C16, C17, S1"


def test_what_two_texts_share_is_more_exact_than_what_either_says() -> None:
    assert shared("C6, C7", "C7, C8") == {"C7"}
    assert shared("C6", None) == {"C6"}
    assert shared("C6", "C8") == {"C6", "C8"}
