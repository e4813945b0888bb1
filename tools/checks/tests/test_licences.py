"""A licence that binds us to more, or that nobody has looked at, is a problem."""

from __future__ import annotations

import pytest

from checks import licences
from checks.report import Report
from checks.tree import Tree


@pytest.mark.parametrize(
    "licence",
    [
        "MIT",
        "Apache Software License; MIT License",
        "DFSG approved; MIT License",
        "Mozilla Public License 2.0 (MPL 2.0)",
        "Apache-2.0 OR GPL-3.0-only",
        "MIT AND PSF-2.0",
        "(MIT OR GPL-3.0-only) AND Apache-2.0",
    ],
)
def test_allowed(licence: str) -> None:
    assert licences.allowed(licence)


@pytest.mark.parametrize(
    "licence",
    [
        "UNKNOWN",
        "",
        "DFSG approved",
        "GPL-3.0-only",
        "GNU Affero General Public License v3",
        "LGPL-3.0-only",
        "GPL-2.0-only WITH Classpath-exception-2.0",
        "MIT AND GPL-3.0-only",
        "GPL-3.0-only AND (MIT OR BSD-3-Clause)",
        "MIT License; GNU General Public License v3 (GPLv3)",
        "Proprietary",
    ],
)
def test_not_allowed(licence: str) -> None:
    assert not licences.allowed(licence)


def test_what_is_required_is_weighed_and_nothing_else(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    (tree.root / "requirements").mkdir()
    (tree.root / "requirements/dev.txt").write_text(
        "hypothesis==6.1 \\\n    --hash=sha256:0\nJSONcompat==0.3.1\n"
    )
    assert licences.look(tree) == Report("2 packages", [])

    monkeypatch.setattr(licences, "ALLOWED", frozenset())
    monkeypatch.setattr(licences, "_LOOKED_AT", {})
    first, second = sorted(licences.look(tree).problems)
    assert first.startswith("hypothesis: MPL-2.0;")
    assert second.startswith("jsoncompat: UNKNOWN;")
