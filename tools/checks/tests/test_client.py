"""The typed client is what the services' documents say, and nothing it cannot call passes in silence."""

from __future__ import annotations

import ast
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from checks import client, openapi, services
from checks.client.writing import FOLDER, modules
from checks.tree import Tree

HERE = Tree.around(Path(__file__))


@pytest.fixture(scope="module")
def documents() -> dict[str, Any]:
    return dict(openapi.described(services.wired()))


@pytest.fixture(scope="module")
def written(documents: dict[str, Any]) -> Mapping[str, str]:
    """Each module's text, by its name."""
    return {path.stem: text for path, text in modules(HERE, documents).items()}


def test_what_is_written_is_current_until_it_is_not(tree: Tree) -> None:
    assert f"{FOLDER}/order_intake.py: missing" in client.look(tree).problems
    client.write(tree)
    assert client.look(tree).problems == []
    place = tree.root / FOLDER / "order_intake.py"
    place.write_text(place.read_text().replace("async def withdraw_order", "async def cancel_order"))
    assert client.look(tree).problems == [
        "libs/client/src/fulfilment_client/order_intake.py: not what the code says",
        "run `python -m checks client --write` and commit what it writes",
    ]


def test_there_is_a_method_for_every_operation(documents: dict[str, Any], written: Mapping[str, str]) -> None:
    """But for the health checks, which are the operators' own."""
    for name, document in documents.items():
        offered = [
            told
            for methods in document["paths"].values()
            for told in methods.values()
            if told.get("tags") != ["Health"]
        ]
        [of_service] = [
            node
            for node in ast.parse(written[name.replace("-", "_")]).body
            if isinstance(node, ast.ClassDef) and node.name == name.title().replace("-", "")
        ]
        methods = [
            node for node in of_service.body if isinstance(node, ast.AsyncFunctionDef | ast.FunctionDef)
        ]
        assert len(methods) - 1 == len(offered), f"{name}, __init__ aside"
        assert all(ast.get_docstring(method) for method in methods[1:])


def changed(documents: dict[str, Any], old: str, new: str) -> dict[str, Any]:
    text = json.dumps(documents["order-intake"])
    assert old in text
    return {"order-intake": json.loads(text.replace(old, new))}


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            '"name": "If-Match"',
            '"name": "If-Unmodified-Since"',
            "does not know the header If-Unmodified-Since",
        ),
        (
            '"operationId": "AmendOrder_orders',
            '"operationId": "WithdrawOrder_orders',
            "rename one of the routes",
        ),
        (
            '"in": "query", "required": false, "schema": {"type": "integer"',
            '"in": "query", "required": false, "schema": {"type": "colour"',
            "no type in Python",
        ),
    ],
)
def test_what_a_client_would_not_know_how_to_call_is_a_problem(
    documents: dict[str, Any], old: str, new: str, told: str
) -> None:
    with pytest.raises(LookupError, match=told):
        modules(HERE, changed(documents, old, new))


def test_two_services_mean_the_same_by_one_name(documents: dict[str, Any]) -> None:
    other = changed(documents, "Of the thing; also the ETag.", "Something else.")
    with pytest.raises(LookupError, match="two services say different things of Done"):
        modules(HERE, {**documents, **other})


def test_money_is_a_decimal_and_a_list_of_values_is_closed_only_in_what_is_asked(
    written: Mapping[str, str],
) -> None:
    """A client of today reads the states of tomorrow, and does not ask for what there is not."""
    assert "    amount: Decimal\n" in written["order_intake"]
    procurement = written["procurement"]
    row = procurement[procurement.index("class PurchaseRow") :]
    assert "    state: str\n" in row
    asked = procurement[procurement.index("class InspectDelivery") :]
    assert '    result: Literal["passed", "failed"]\n' in asked
