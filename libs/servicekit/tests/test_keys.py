"""API keys: shown once, within their scopes, gone with the next request after they are revoked."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_counts import bring

from events import Actor
from servicekit.keys.secret import digest_of, new_key, read_key
from servicekit.testing import LocalService

ERP = {"name": "ERP of the group", "scopes": ["read", "FinishRepair"]}


async def issued(desk: LocalService, **wanted: Any) -> str:
    answer = await desk.client("olga", "operator").post("/api-keys", json=ERP | wanted)
    assert answer.status_code == 201, answer.text
    key: str = answer.json()["key"]
    return key


def bearer(desk: LocalService, key: str) -> httpx.AsyncClient:
    client = desk.nobody
    client.headers["Authorization"] = f"Bearer {key}"
    return client


async def refused(client: httpx.AsyncClient, path: str = "/greeting") -> str:
    answer = await client.get(path)
    assert (answer.status_code, answer.json()["type"]) == (401, "/problems/unauthenticated"), answer.text
    assert answer.headers["www-authenticate"].startswith("Bearer")
    detail: str = answer.json()["detail"]
    return detail


async def test_a_key_acts_as_itself_with_the_role_erp(desk: LocalService) -> None:
    number = await bring(desk, "clock", "north")
    erp = bearer(desk, await issued(desk, company="north"))
    assert (await erp.get("/greeting")).json() == {"text": "hello key:desk-1 from desk"}
    done = await erp.post(f"/repairs/{number}/end", json={"how": "oiled"})
    assert done.status_code == 200, done.text
    fact = (await desk.runtime.log.read(f"repair-{number}"))[1]
    assert fact.actor == Actor("key:desk-1", frozenset({"erp"}), "north")


async def test_a_key_sees_its_company_alone(desk: LocalService) -> None:
    theirs = await bring(desk, "clock", "south")
    await desk.settled()
    erp = bearer(desk, await issued(desk, company="north"))
    assert (await erp.get("/repairs")).json()["items"] == []
    assert (await erp.get(f"/repairs/{theirs}")).status_code == 404
    assert (await erp.post(f"/repairs/{theirs}/end", json={"how": "oiled"})).status_code == 404


async def test_a_key_may_do_what_its_scopes_say(desk: LocalService) -> None:
    number = await bring(desk, "clock", None)
    reader = bearer(desk, await issued(desk, scopes=["read"]))
    assert (await reader.get("/repairs")).status_code == 200
    answer = await reader.post(f"/repairs/{number}/end", json={"how": "oiled"})
    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/scope-missing")
    writer = bearer(desk, await issued(desk, scopes=["FinishRepair"]))
    for path in ("/repairs", "/repairs/counts", f"/repairs/{number}", "/greeting"):
        answer = await writer.get(path)
        assert (answer.status_code, answer.json()["type"]) == (403, "/problems/scope-missing"), path
    assert (await writer.post(f"/repairs/{number}/end", json={"how": "oiled"})).status_code == 200


async def test_a_key_never_exceeds_its_role_nor_gives_keys(desk: LocalService) -> None:
    for scope in ("AskRepair", "Thank", "IssueApiKey", "RevokeApiKey", "Nonsense"):
        answer = await desk.client("olga", "operator").post("/api-keys", json=ERP | {"scopes": [scope]})
        assert (answer.status_code, answer.json()["type"]) == (409, "/problems/scope-unknown"), scope
        assert "FinishRepair" in answer.json()["errors"][0]["detail"]
    erp = bearer(desk, await issued(desk))
    for path, body in (("/api-keys", ERP), ("/api-keys/desk-1/revocation", {}), ("/repairs", {"title": "x"})):
        assert (await erp.post(path, json=body)).status_code == 403, path
    assert (await erp.get("/api-keys")).status_code == 403


async def test_only_operators_give_keys(desk: LocalService) -> None:
    await issued(desk)
    for person in (desk.client("gil", "clerk"), desk.client("ada", "auditor")):
        assert (await person.post("/api-keys", json=ERP)).status_code == 403
        assert (await person.post("/api-keys/desk-1/revocation")).status_code == 403
    assert (await desk.client("ada", "auditor").get("/api-keys")).status_code == 200
    assert (await desk.client("gil", "clerk").get("/api-keys")).status_code == 403


async def test_a_revoked_key_opens_nothing_from_the_next_request_on(desk: LocalService) -> None:
    olga, erp = desk.client("olga", "operator"), bearer(desk, await issued(desk))
    for _ in range(3):
        assert (await erp.get("/greeting")).status_code == 200
    assert (await olga.post("/api-keys/desk-1/revocation")).json()["events"] == ["api_key.revoked.v1"]
    assert "desk-1 is revoked" in await refused(erp)
    assert (await olga.post("/api-keys/desk-1/revocation")).json()["events"] == []
    assert (await olga.post("/api-keys/desk-2/revocation")).status_code == 404


async def test_a_key_ends_when_it_expires(desk: LocalService) -> None:
    soon = datetime.now(UTC) + timedelta(seconds=1)
    erp = bearer(desk, await issued(desk, expires=soon.isoformat()))
    assert (await erp.get("/greeting")).status_code == 200
    await asyncio.sleep(1.1)
    assert "desk-1 is expired" in await refused(erp)
    past = ERP | {"expires": "2020-01-01T00:00:00Z"}
    answer = await desk.client("olga", "operator").post("/api-keys", json=past)
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/expiry-past")


async def test_what_is_no_key_of_here_is_turned_away_without_the_log(
    desk: LocalService, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = await issued(desk)
    assert (await bearer(desk, key).get("/greeting")).status_code == 200
    read: list[str] = []
    whole = desk.runtime.log.read

    async def noted(stream: str) -> Any:
        read.append(stream)
        return await whole(stream)

    monkeypatch.setattr(desk.runtime.log, "read", noted)
    for bad in ("ff_", "ff_desk-1_abc", key[:-1], key[:-1] + "z", "ff_desk-1_" + "0" * 72):
        assert "no API key" in await refused(bearer(desk, bad)), bad
    assert "of procurement; ask an operator for one of desk" in await refused(
        bearer(desk, new_key("procurement", 1))
    )
    assert "not known here" in await refused(bearer(desk, new_key("desk", 1)))
    assert read == []
    assert "not known here" in await refused(bearer(desk, new_key("desk", 999)))
    assert read == ["api_key-desk-999"]


async def test_nothing_secret_is_kept_or_told(desk: LocalService, capsys: pytest.CaptureFixture[str]) -> None:
    key = await issued(desk)
    secret = read_key(key)
    assert secret is not None
    erp = bearer(desk, key)
    await erp.get("/greeting")
    await refused(bearer(desk, key[:-1] + "0" if key[-1] != "0" else key[:-1] + "1"))
    (fact,) = await desk.runtime.log.read("api_key-desk-1")
    kept = str(fact.data) + str(await desk.runtime.pool.fetch("SELECT * FROM log.command"))
    listed = (await desk.client("olga", "operator").get("/api-keys")).text
    told = capsys.readouterr()
    body = key.partition("_")[2].partition("_")[2]
    for text in (kept, listed, told.out, told.err, repr(secret)):
        assert body not in text
    assert digest_of(key) in kept
    for text in (listed, told.out, told.err, repr(secret)):
        assert digest_of(key) not in text


async def test_a_repeated_request_makes_no_second_key_and_shows_the_first_no_more(desk: LocalService) -> None:
    olga = desk.client("olga", "operator")
    first, second = [
        await olga.post("/api-keys", json=ERP, headers={"Idempotency-Key": "one"}) for _ in range(2)
    ]
    assert first.headers["cache-control"] == "no-store"
    assert second.json() == first.json() | {"key": None}
    assert second.headers["idempotency-replayed"] == "true"
    assert len((await olga.get("/api-keys")).json()["items"]) == 1


async def test_many_at_once_get_numbers_of_their_own(desk: LocalService) -> None:
    olga = desk.client("olga", "operator")
    answers = await asyncio.gather(*(olga.post("/api-keys", json=ERP) for _ in range(6)))
    assert sorted(answer.json()["id"] for answer in answers) == [f"desk-{n}" for n in range(1, 7)]


async def test_keys_are_listed_without_secrets_also_as_they_were(desk: LocalService) -> None:
    olga = desk.client("olga", "operator")
    for n in range(5):
        await issued(desk, name=f"key {n}", company="north" if n % 2 else None)
    before = await desk.runtime.log.head()
    await olga.post("/api-keys/desk-3/revocation")
    rows: list[dict[str, Any]] = []
    path: str | None = "/api-keys?limit=2"
    while path:
        answer = await olga.get(path)
        rows += answer.json()["items"]
        path = answer.links.get("next", {}).get("url")
    assert [(row["id"], row["state"]) for row in rows] == [
        (f"desk-{n}", "revoked" if n == 3 else "active") for n in range(1, 6)
    ]
    assert rows[2]["revoked_by"] == "olga"
    then = (await olga.get(f"/api-keys?as_of={before}")).json()["items"]
    assert [row["state"] for row in then] == ["active"] * 5
    assert len((await olga.get("/api-keys?as_of=2")).json()["items"]) == 2


async def test_operators_of_a_company_have_their_companys_keys_alone(desk: LocalService) -> None:
    for company in (None, "south", "north"):
        await issued(desk, company=company)
    nora = desk.client("nora", "operator", company="north")
    assert [row["id"] for row in (await nora.get("/api-keys")).json()["items"]] == ["desk-3"]
    for other in ("desk-1", "desk-2"):
        assert (await nora.post(f"/api-keys/{other}/revocation")).status_code == 404
    assert (await nora.post("/api-keys", json=ERP | {"company": "south"})).status_code == 403
    assert (await nora.post("/api-keys", json=ERP)).status_code == 201
    mine = (await nora.get("/api-keys")).json()["items"]
    assert [row["company"] for row in mine] == ["north", "north"]


@given(st.text(max_size=120) | st.from_regex(r"ff_[a-z]{1,8}-[0-9]{1,10}_[0-9a-f]{60,80}", fullmatch=True))
def test_only_keys_that_were_made_read_as_keys(text: str) -> None:
    assert read_key(text) is None


@given(st.integers(1, 10**9 - 1), st.integers(0, 150), st.sampled_from("0123456789abcdef"))
def test_one_wrong_character_makes_it_no_key(number: int, place: int, other: str) -> None:
    key = new_key("order-intake", number)
    read = read_key(key)
    assert read is not None
    assert read.id == f"order-intake-{number}"
    place %= len(key)
    if key[place] != other:
        assert read_key(key[:place] + other + key[place + 1 :]) is None
