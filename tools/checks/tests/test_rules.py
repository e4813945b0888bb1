"""docs/rules.md tells for each rule where it is decided and tested, and where it is not."""

from __future__ import annotations

import pytest

from checks import rules
from checks.tree import Tree

ORDER = "services/order-intake/src/order_intake"
DECIDER = '''"""The order (C1 to C4)."""

from order_intake.prices import total


class ReceiveOrder:
    """Register a request (C2)."""

    channel: str
    """How it came (S2)."""


LIMIT = 5
"""Days to confirm in (C3)."""


def receive() -> None:
    """Number it."""
'''


def put(tree: Tree, path: str, text: str) -> None:
    (tree.root / path).parent.mkdir(parents=True, exist_ok=True)
    (tree.root / path).write_text(text)


@pytest.fixture
def page(tree: Tree) -> str:
    put(
        tree,
        f"{ORDER}/order/__init__.py",
        '"""Everything (C1 to C18)."""\n\nfrom order_intake.order import intake\n',
    )
    put(tree, f"{ORDER}/order/intake.py", DECIDER)
    put(
        tree,
        f"{ORDER}/prices.py",
        'def total() -> int:\n    """The sum of all lines (C15)."""\n    return 0\n',
    )
    put(tree, f"{ORDER}/order_book.py", '"""A read model, which decides nothing (C16)."""\n')
    put(tree, "tests/test_order.py", 'def test_a() -> None:\n    """C2: numbered at once."""\n')
    rules.write(tree)
    assert rules.look(tree).problems == []
    return (tree.root / rules.PLACE).read_text()


def section(page: str, rule: str) -> str:
    return page.partition(f"\n### {rule}\n")[2].partition("\n#")[0]


def test_a_rule_is_told_with_what_decides_and_what_tests_it(page: str) -> None:
    told = section(page, "C2")
    assert "订货信息；编号" in told
    assert (
        "[order_intake/order/intake.py](../services/order-intake/src/order_intake/order/intake.py): `ReceiveOrder`"
        in told
    )
    assert "[tests/test_order.py](../tests/test_order.py): `test_a`" in told
    assert "`receive`" not in told, "it names no rule"


def test_a_named_value_and_what_a_decider_uses_count(page: str) -> None:
    assert "`LIMIT`" in section(page, "C3")
    assert "prices.py" in section(page, "C15")


def test_a_rule_that_nothing_decides_or_tests_is_a_gap(page: str) -> None:
    assert "* **gap**: tested by nothing that names it" in section(page, "C3")
    assert "* C3 is not tested anywhere" in page
    assert "* C16 is not decided or tested anywhere" in page, "a read model decides nothing"
    assert "* C18 is not decided or tested anywhere" in page, "a table of contents carries nothing"
    assert "* C2 is not" not in page


def test_a_rule_of_later_is_no_gap_but_told_when_it_is_named(page: str) -> None:
    (row,) = [line for line in page.splitlines() if line.startswith("| S2 ")]
    assert "intake.py" in row
    assert "* S2 is not" not in page


def test_a_number_that_is_no_rule_s_is_found(tree: Tree, page: str) -> None:
    put(tree, "tests/test_order.py", 'def test_a() -> None:\n    """C81: a slip."""\n')
    assert (
        "tests/test_order.py, test_a: there is no rule C81; correct it, or describe the rule in checks/rules.toml"
        in rules.look(tree).problems
    )


def test_the_page_is_stale_when_code_names_another_rule(tree: Tree, page: str) -> None:
    put(tree, "tests/test_order.py", 'def test_a() -> None:\n    """C3: confirmed."""\n')
    assert "docs/rules.md: not what the code says" in rules.look(tree).problems
