"""The services' OpenAPI documents are written and kept current."""

from __future__ import annotations

import json

from checks import openapi
from checks.tree import Tree


def test_what_is_written_is_current_until_it_is_not(tree: Tree) -> None:
    assert "docs/openapi/review.json: missing" in openapi.look(tree).problems
    openapi.write(tree)
    assert openapi.look(tree).problems == []

    place = tree.root / "docs/openapi/review.json"
    document = json.loads(place.read_text())
    assert document["info"]["title"] == "review"
    document["paths"].popitem()
    place.write_text(json.dumps(document))
    (tree.root / "docs/openapi/billing.json").write_text("{}")
    assert openapi.look(tree).problems == [
        "docs/openapi/billing.json: nothing generates it any more",
        "docs/openapi/review.json: not what the code says",
        "run `python -m checks openapi --write` and commit what it writes",
    ]
    openapi.write(tree)
    assert openapi.look(tree).problems == []
