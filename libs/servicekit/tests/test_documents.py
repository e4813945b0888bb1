"""The OpenAPI document: what frontend and ERP teams generate their clients from."""

import re
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from jsonschema_rs import validator_for

from servicekit.testing import LocalService


async def document(desk: LocalService) -> dict[str, Any]:
    found: dict[str, Any] = (await desk.nobody.get("/openapi.json")).json()
    return found


async def test_commands_are_bodies_with_examples_and_headers(desk: LocalService) -> None:
    found = await document(desk)
    operation = found["paths"]["/repairs/{id}/end"]["post"]
    media = operation["requestBody"]["content"]["application/json"]
    assert media["schema"] == {"$ref": "#/components/schemas/FinishRepair"}
    assert media["examples"]["example"]["value"] == {"how": "New spring"}
    headers = {p["name"] for p in operation["parameters"] if p["in"] == "header"}
    assert headers == {"Idempotency-Key", "If-Match"}
    assert operation["responses"]["200"]["content"]["application/json"]["schema"]["$ref"].endswith("/Done")


async def test_schemas_are_as_strict_as_the_service(desk: LocalService) -> None:
    schemas = (await document(desk))["components"]["schemas"]
    assert schemas["AskRepair"]["additionalProperties"] is False
    assert schemas["Thing"]["additionalProperties"] is False


async def test_every_reference_leads_somewhere(desk: LocalService) -> None:
    found = await document(desk)
    schemas = found["components"]["schemas"]
    names = {ref.rpartition("/")[2] for ref in references(found)}
    assert names
    assert names <= set(schemas)
    for schema in schemas.values():
        validator_for({**schema, "components": {"schemas": schemas}})


async def test_examples_fit_their_schemas(desk: LocalService) -> None:
    found = await document(desk)
    for path in found["paths"].values():
        for operation in path.values():
            media = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
            for example in media.get("examples", {}).values():
                validator_for({**media["schema"], "components": found["components"]}).validate(
                    example["value"]
                )


async def test_errors_are_problems_and_routes_need_a_token(desk: LocalService) -> None:
    found = await document(desk)
    for path, operations in found["paths"].items():
        if path.startswith("/health/"):
            continue
        for operation in operations.values():
            assert operation["security"]
            for status, answer in operation["responses"].items():
                if int(status) >= 400:
                    assert list(answer["content"]) == ["application/problem+json"], (path, status)


async def test_answers_are_as_documented(desk: LocalService) -> None:
    found = await document(desk)
    anna = desk.client("anna", "clerk")
    done = await anna.post("/repairs", json={"title": "clock", "price": "1.50", "due": "2026-02-01"})
    number = done.json()["id"]
    await desk.settled()
    for path, method, status, answer in (
        ("/repairs", "post", "201", done),
        ("/repairs/{id}", "get", "200", await anna.get(f"/repairs/{number}")),
        ("/repairs/{id}/events", "get", "200", await anna.get(f"/repairs/{number}/events")),
        ("/repairs", "get", "200", await anna.get("/repairs")),
        ("/repairs", "post", "422", await anna.post("/repairs", json={"titel": "clock"})),
        ("/repairs/{id}", "get", "404", await anna.get("/repairs/NOSUCH")),
        ("/health/ready", "get", "200", await anna.get("/health/ready")),
    ):
        (media,) = found["paths"][path][method]["responses"][status]["content"].values()
        validator_for({**media["schema"], "components": found["components"]}).validate(answer.json())


async def test_the_documentation_needs_no_token(desk: LocalService) -> None:
    answer = await desk.nobody.get("/docs")
    assert answer.status_code == 200
    assert isinstance(desk.app, FastAPI)


def references(part: Any) -> set[str]:
    if isinstance(part, dict):
        own = {part["$ref"]} if isinstance(part.get("$ref"), str) else set()
        return own.union(*map(references, part.values()))
    if isinstance(part, list):
        return set().union(*map(references, part))
    return set()


def test_the_guide_names_every_code_of_ours() -> None:
    root = Path(__file__).parents[3]
    source = "".join(path.read_text() for path in (root / "libs/servicekit/src").rglob("*.py"))
    codes = set(re.findall(r'(?:Problem\(\s*\d+|unavailable\(|NotFound\()[,\s]*"([a-z-]+)"', source))
    assert {"too-deep", "overloaded", "not-found"} <= codes
    guide = (root / "docs/api.md").read_text()
    assert {code for code in codes if f"`{code}`" not in guide} == set()
