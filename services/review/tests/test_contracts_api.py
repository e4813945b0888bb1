"""The review of contracts over HTTP, on a real database (S6)."""

from __future__ import annotations

from contract_story import DRAFT, OTHER_TEXT, REDRAFT, TEXT
from review_house import NUMBER, House, say

JUDGE = f"/contracts/{NUMBER}/clause-judgements"
FINDING = {"clause": "7.2", "finding": "names no limit", "remedy": "limit it to 5 %"}


async def test_s6_a_draft_is_returned_mended_and_cleared(house: House) -> None:
    await house.hears(DRAFT)
    await say(house.desk, JUDGE, aspect="risk", digest=TEXT)
    await say(house.legal, JUDGE, aspect="legal", digest=TEXT, findings=[FINDING])
    returned = await say(house.finance, JUDGE, aspect="financial", digest=TEXT)
    assert returned["events"] == ["contract_review.judged.v1", "contract_review.concluded.v1"]
    assert returned["state"]["conclusion"]["findings"] == [{"aspect": "legal", **FINDING}]
    await house.hears(REDRAFT)
    late = await house.legal.post(JUDGE, json={"aspect": "legal", "digest": TEXT})
    assert late.json()["type"] == "/problems/draft-changed"
    for who, aspect in (
        (house.general_manager, "risk"),
        (house.legal, "legal"),
        (house.finance, "financial"),
    ):
        last = await say(who, JUDGE, aspect=aspect, digest=OTHER_TEXT)
    assert last["state"]["state"] == "cleared"
    read = await house.desk.get(f"/contracts/{NUMBER}")
    assert [said["counts"] for said in read.json()["state"]["history"]] == [False] * 3 + [True] * 3
    then = await house.desk.get(f"/contracts/{NUMBER}", params={"as_of": "5"})
    assert then.json()["state"]["state"] == "returned"


async def test_s6_the_contract_book_shows_what_waits_for_whom(house: House) -> None:
    await house.hears(DRAFT)
    done = await say(house.legal, JUDGE, aspect="legal", digest=TEXT)
    at = {"Log-Position": str(done["position"])}
    listed = await house.desk.get("/contracts", params={"waiting_for": "finance"}, headers=at)
    (row,) = listed.json()["items"]
    assert row["waiting_for"] == ["contract_desk", "finance"]
    assert row["waiting_since"].keys() == {"contract_desk", "finance"}
    assert (row["total"], row["currency"], row["drafts"]) == ("1200000.00", "CNY", 1)
    for params, count in (
        ({"waiting_for": "legal"}, 0),
        ({"contract": "HT-1", "state": "in_review", "company": "HV"}, 1),
        ({"customer_id": "C-8"}, 0),
    ):
        assert len((await house.desk.get("/contracts", params=params)).json()["items"]) == count, params


async def test_s6_people_of_another_product_company_find_no_contract(house: House) -> None:
    await house.hears(DRAFT)
    await house.review.settled()
    stranger = house.review.client("lu", "general_manager", "legal", company="LV")
    for answer in (
        await stranger.get(f"/contracts/{NUMBER}"),
        await stranger.get(f"/contracts/{NUMBER}/events"),
        await stranger.post(JUDGE, json={"aspect": "legal", "digest": TEXT}),
    ):
        assert answer.status_code == 404
    assert (await stranger.get("/contracts")).json()["items"] == []
