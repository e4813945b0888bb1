"""Order numbers are said on the phone, so a wrong or swapped character is found (C2)."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from order_intake.numbers import ALPHABET, SIZE, order_number, read_number

RANDOM = st.binary(min_size=SIZE, max_size=SIZE)


def test_a_number_is_eight_characters_in_two_groups_and_a_check_character() -> None:
    assert order_number(bytes(SIZE)) == "0000-0000-0"
    assert order_number(b"\x00\x00\x00\x00\x01") == "0000-0001-2"
    assert order_number(b"\xff" * SIZE)[:9] == "ZZZZ-ZZZZ"


@given(RANDOM, RANDOM)
def test_different_bytes_give_different_numbers(one: bytes, other: bytes) -> None:
    assert (order_number(one) == order_number(other)) == (one == other)


@given(RANDOM)
def test_a_number_is_read_however_it_is_written(random: bytes) -> None:
    number = order_number(random)
    said = number.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert read_number(said) == read_number(number) == number


@given(RANDOM, st.integers(0, 8), st.sampled_from(ALPHABET))
def test_every_wrong_character_is_found(random: bytes, place: int, wrong: str) -> None:
    heard = list(order_number(random).replace("-", ""))
    if heard[place] == wrong:
        return
    heard[place] = wrong
    with pytest.raises(ValueError, match="wrong or swapped"):
        read_number("".join(heard))


@given(RANDOM)
def test_every_swap_of_two_characters_is_found(random: bytes) -> None:
    said = order_number(random).replace("-", "")
    for one, other in combinations(range(9), 2):
        heard = list(said)
        heard[one], heard[other] = heard[other], heard[one]
        if "".join(heard) != said:
            with pytest.raises(ValueError, match="wrong or swapped"):
                read_number("".join(heard))


@pytest.mark.parametrize("said", ["", "7K3M-2Q9X", "7K3M-2Q9X-FF", "7K3M-2U9X-F", "７K3M-2Q9X-F", "x" * 1000])
def test_what_is_no_number_is_told_how_one_looks(said: str) -> None:
    with pytest.raises(ValueError, match="such as"):
        read_number(said)


def test_a_number_is_made_of_five_bytes() -> None:
    with pytest.raises(ValueError, match="5 bytes, not 4"):
        order_number(bytes(4))
