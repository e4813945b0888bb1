"""Order numbers that people can say on the phone: `7K3M-2Q9X-F` (C2).

Eight characters of Crockford's Base32, which has no I, L, O and U, and a check character
that finds every single wrong character and every swap of two.
"""

from __future__ import annotations

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
SIZE = 5
"""Random bytes in a number: 40 bits, a million million numbers."""
_HEARD = str.maketrans("OIL", "011", "- ")
"""What a listener may have written down instead, and what stands between the groups."""


def order_number(random: bytes) -> str:
    """The order number made of `SIZE` random bytes."""
    if len(random) != SIZE:
        raise ValueError(f"an order number is made of {SIZE} bytes, not {len(random)}")
    bits = int.from_bytes(random)
    return _grouped([bits >> shift & 31 for shift in range(35, -1, -5)])


def read_number(said: str) -> str:
    """The number as it is stored, from what a person typed or heard: `7k3m 2q9x f`.

    Raises `ValueError` when it cannot be an order's number; the reason says what to do.
    """
    heard = said.upper().translate(_HEARD)
    if len(heard) != 9 or not set(heard) <= set(ALPHABET):
        raise ValueError(f"{said!r} is no order number: it has nine letters and digits, such as 7K3M-2Q9X-F")
    number = _grouped([ALPHABET.index(character) for character in heard[:8]])
    if number[-1] != heard[-1]:
        raise ValueError(f"{said!r} has a wrong or swapped character: read the order number again")
    return number


def _grouped(digits: list[int]) -> str:
    said = "".join(ALPHABET[digit] for digit in digits)
    return f"{said[:4]}-{said[4:]}-{ALPHABET[_check(digits)]}"


def _check(digits: list[int]) -> int:
    """A Horner scheme over GF(32): each place weighs another power of a generator of the field."""
    sum = 0
    for digit in digits:
        sum = (sum ^ digit) << 1
        if sum & 32:
            sum ^= 0b100101  # reduce by x^5 + x^2 + 1
    return sum
