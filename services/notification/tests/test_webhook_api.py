"""Managing webhook subscriptions over HTTP: who may, what is refused, what nobody else sees."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Any

import httpx
import pytest
from receiving import KEY
from test_webhooks import ready
from world import Open

from servicekit.testing import LocalService

URL = "https://erp.example/hooks"
ASKED = {"url": URL, "events": ["order"], "description": "the order list"}


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEBHOOKS_KEY", KEY)


@pytest.fixture
async def notification(open_notification: Open) -> AsyncIterator[LocalService]:
    async with open_notification(mails=False) as opened:
        await ready(opened)
        yield opened


@pytest.fixture
def who(notification: LocalService) -> httpx.AsyncClient:
    return notification.client("erp-hv", "erp", company="HV")


async def opened(who: httpx.AsyncClient, **more: Any) -> dict[str, Any]:
    answer = await who.post("/subscriptions", json=ASKED | more)
    assert answer.status_code == 201, answer.text
    assert answer.headers["location"] == f"/subscriptions/{answer.json()['id']}"
    shown: dict[str, Any] = answer.json()
    return shown


async def test_the_secret_is_shown_once_and_again_only_to_the_same_request(who: httpx.AsyncClient) -> None:
    key = {"Idempotency-Key": "first"}
    first = await who.post("/subscriptions", json=ASKED, headers=key)
    again = await who.post("/subscriptions", json=ASKED, headers=key)
    assert first.json()["secret"].startswith("whsec_")
    assert again.json() == first.json()
    assert again.headers["idempotency-replayed"] == "true"
    path = first.headers["location"]
    for reading in (path, f"{path}/events", "/subscriptions", f"{path}/deliveries"):
        answer = await who.get(reading, headers={"Log-Position": first.headers["log-position"]})
        assert answer.status_code == 200
        assert "whsec" not in answer.text
    other = await opened(who)
    assert other["secret"] != first.json()["secret"]


async def test_a_subscription_is_listed_disabled_enabled_and_rotated(who: httpx.AsyncClient) -> None:
    path = f"/subscriptions/{(await opened(who))['id']}"
    done = await who.post(f"{path}/disabling")
    seen = {"Log-Position": done.headers["log-position"]}
    (row,) = (await who.get("/subscriptions", params={"state": "disabled"}, headers=seen)).json()["items"]
    assert (row["url"], row["disabled_because"], row["opened_by"]) == (URL, "asked", "erp-hv")
    refused = await who.post(f"{path}/test-ping")
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/subscription-disabled")
    await who.post(f"{path}/enabling")
    rotated = (await who.post(f"{path}/rotation")).json()
    assert (rotated["state"]["generation"], rotated["state"]["state"]) == (2, "enabled")
    history = (await who.get(f"{path}/events")).json()["items"]
    assert [one["type"] for one in history] == [
        "subscription.opened.v1",
        "subscription.disabled.v1",
        "subscription.enabled.v1",
        "subscription.secret_rotated.v1",
    ]


WRONG: Sequence[tuple[dict[str, Any], int, str]] = (
    ({"url": "http://erp.example/"}, 422, "/url"),
    ({"url": "https://127.0.0.1/"}, 422, "/url"),
    ({"url": "https://user:password@erp.example/"}, 422, "/url"),
    ({"url": "https://erp.example/#part"}, 422, "/url"),
    ({"url": "https://erp.example/a b"}, 422, "/url"),
    ({"url": "https://erp.example/\r\nHost: x"}, 422, "/url"),
    ({"url": "https://erp.example:99999/"}, 422, "/url"),
    ({"url": "https://[::::]/"}, 422, "/url"),
    ({"url": "file:///etc/passwd"}, 422, "/url"),
    ({"url": "https://erp.example/" + "x" * 2000}, 422, "/url"),
    ({"url": 7}, 422, "/url"),
    ({"events": []}, 422, "/events"),
    ({"events": ["order"] * 51}, 422, "/events"),
    ({"events": ["*"]}, 422, "/events/0"),
    ({"events": ["order", "nothing"]}, 409, "/events/1"),
    ({"description": ""}, 422, "/description"),
    ({"secret": "mine"}, 422, "/secret"),
)


async def test_what_is_wrong_is_named(who: httpx.AsyncClient) -> None:
    for change, status, pointer in WRONG:
        answer = await who.post("/subscriptions", json=ASKED | change)
        assert answer.status_code == status, (change, answer.text)
        assert pointer in [fault["pointer"] for fault in answer.json()["errors"]], change
    assert (await who.get("/subscriptions")).json()["items"] == []


async def test_who_may_not_manage_is_refused_and_who_is_nobody_is_not_let_in(
    notification: LocalService, who: httpx.AsyncClient
) -> None:
    path = f"/subscriptions/{(await opened(who))['id']}"
    auditor = notification.client("au", "auditor", company="HV")
    for step in (
        "/subscriptions",
        f"{path}/disabling",
        f"{path}/enabling",
        f"{path}/rotation",
        f"{path}/test-ping",
    ):
        body = ASKED if step == "/subscriptions" else {}
        assert (await auditor.post(step, json=body)).status_code == 403
        assert (await notification.nobody.post(step, json=body)).status_code == 401
    for reading in ("/subscriptions", path, f"{path}/events", f"{path}/deliveries", "/deliveries/a.b.c"):
        assert (await notification.nobody.get(reading)).status_code == 401
    assert (await notification.nobody.post("/deliveries/a.b.c/redelivery")).status_code == 401


async def test_people_of_another_company_find_nothing(
    notification: LocalService, who: httpx.AsyncClient
) -> None:
    done = await opened(who)
    of_all = await opened(notification.client("erp", "erp"))
    other = notification.client("erp-mv", "erp", company="MV")
    seen = {"Log-Position": str(of_all["position"])}
    assert (await other.get("/subscriptions", headers=seen)).json()["items"] == []
    mine = (await who.get("/subscriptions", headers=seen)).json()["items"]
    assert [one["id"] for one in mine] == [done["id"]]
    for id, foreigner in ((done["id"], other), (of_all["id"], who)):
        for reading in (
            f"/subscriptions/{id}",
            f"/subscriptions/{id}/events",
            f"/subscriptions/{id}/deliveries",
        ):
            answers = [await foreigner.get(address) for address in (reading, reading.replace(id, "wh_0"))]
            assert [answer.status_code for answer in answers] == [404, 404]
            assert answers[0].json()["detail"] == answers[1].json()["detail"]
        for step in ("disabling", "enabling", "rotation", "test-ping"):
            assert (await foreigner.post(f"/subscriptions/{id}/{step}")).status_code == 404


async def test_unknown_ids_and_parameters_are_answered_clearly(who: httpx.AsyncClient) -> None:
    for id in ("wh_0", "a%20b", "%00", "wh_0.A.b"):
        for path in (f"/subscriptions/{id}", f"/subscriptions/{id}/deliveries", f"/deliveries/{id}"):
            assert (await who.get(path)).status_code == 404, path
        assert (await who.post(f"/deliveries/{id}/redelivery")).status_code == 404
        assert (await who.post(f"/subscriptions/{id}/test-ping")).status_code == 404
    path = f"/subscriptions/{(await opened(who))['id']}/deliveries"
    for query in (
        {"colour": "red"},
        {"limit": "0"},
        {"cursor": "x"},
        {"order": "company"},
        {"at_least": "999999"},
    ):
        assert (await who.get(path, params=query)).status_code == 422, query


async def test_without_a_key_nobody_can_subscribe(
    who: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("WEBHOOKS_KEY")
    answer = await who.post("/subscriptions", json=ASKED)
    assert (answer.status_code, answer.json()["type"]) == (503, "/problems/webhooks-off")
    assert "retry-after" in answer.headers


async def test_a_company_has_so_many_subscriptions_and_no_more(
    who: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("notification.webhooks.api.MOST", 1)
    first = await opened(who)
    await who.get("/subscriptions", headers={"Log-Position": str(first["position"])})
    answer = await who.post("/subscriptions", json=ASKED)
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/too-many-subscriptions")
