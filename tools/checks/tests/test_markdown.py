"""Generated pages read well as they are, and as a code host shows them."""

from __future__ import annotations

from checks.markdown import mermaid, page, table


def test_columns_are_aligned_by_what_a_terminal_shows() -> None:
    assert table(("role", "中文"), [("sales", "销售"), ("a|b", "")]).splitlines() == [
        "| role  | 中文 |",
        "| ----- | ---- |",
        "| sales | 销售 |",
        "| a\\|b  |      |",
    ]


def test_a_page_has_one_empty_line_between_its_parts() -> None:
    assert page("# Head\n", "", mermaid(["flowchart LR"])) == "# Head\n\n```mermaid\nflowchart LR\n```\n"
