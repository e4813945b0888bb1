"""The order over HTTP, on a real database: what sales, the contract desk and an ERP system work with."""

from __future__ import annotations

from order_office import CONTENT, DIGEST, PARTS, QUOTATION, RECEPTION, Office, done

from order_intake.numbers import read_number


async def test_an_order_goes_from_reception_to_its_production_instruction(office: Office) -> None:
    incomplete = {key: value for key, value in CONTENT.items() if key != "quality_requirements"}
    received = await office.sales.post("/orders", json={**RECEPTION, "content": incomplete})
    number = received.json()["id"]
    assert received.headers["location"] == f"/orders/{number}"
    assert read_number(number) == number
    assert received.json()["state"]["missing"] == ["quality_requirements"]

    await office.by_sales(number, "completion", {"content": CONTENT})
    await office.by_sales(number, "requirements-confirmation", {"content_version": 1})
    await office.reviewed(number, "infeasible", delivery_date="2026-08-01")
    asked = await office.by_sales(number, "extension-request")
    assert asked["state"]["asked"]["delivery_date"] == "2026-08-01"
    await office.by_sales(number, "extension-answer", {"content_version": 1, "agreed": True})
    await office.by_sales(number, "quotations", QUOTATION)
    await office.by_sales(number, "quotation-answer", {"round": 1, "agreed": False, "reason": "too dear"})
    await office.by_sales(number, "quotations", QUOTATION)
    await office.by_sales(number, "quotation-answer", {"round": 2, "agreed": True})
    await office.contract_signed(number)
    instructed = await office.by_desk(number, "production-instruction", {"parts": PARTS})

    assert instructed["state"]["state"] == "instructed"
    assert instructed["state"]["promised_delivery_date"] == "2026-08-01"
    assert instructed["state"]["quotation"]["total"] == "1200.10"
    history = done(await office.sales.get(f"/orders/{number}/events"))["items"]
    assert [happened["type"] for happened in history][-3:] == [
        "order.contract_signed.v1",
        "order.contract_concluded.v1",
        "order.production_instructed.v1",
    ]
    assert history[0]["actor"]["subject"] == "sun"


async def test_the_same_reception_sent_twice_is_one_order(office: Office) -> None:
    first = await office.sales.post("/orders", json=RECEPTION, headers={"Idempotency-Key": "PO-17"})
    again = await office.sales.post("/orders", json=RECEPTION, headers={"Idempotency-Key": "PO-17"})
    other = await office.sales.post(
        "/orders", json={**RECEPTION, "reference": "PO-18"}, headers={"Idempotency-Key": "PO-17"}
    )
    assert first.status_code == again.status_code == 201
    assert first.json()["id"] == again.json()["id"]
    assert other.status_code == 422


async def test_a_refusal_says_where_the_order_stands_and_what_comes_first(office: Office) -> None:
    number = await office.receive()
    answer = await office.sales.post(f"/orders/{number}/quotations", json=QUOTATION)
    problem = answer.json()
    assert answer.status_code == 409
    assert problem["type"] == "/problems/step-not-due"
    assert "once it is accepted (C15)" in problem["detail"]


async def test_every_wrong_field_is_named_at_once(office: Office) -> None:
    body = {
        **RECEPTION,
        "customer": {"id": "C-7", "name": "a\u0007b", "email": "nobody"},
        "channel": "telepathy",
        "content": {**CONTENT, "delivery_date": "30000-01-01", "color": "red", "lines": [{"quantity": 0}]},
    }
    answer = await office.sales.post("/orders", json=body)
    assert answer.status_code == 422
    assert {error["pointer"] for error in answer.json()["errors"]} == {
        "/customer/name",
        "/customer/email",
        "/channel",
        "/content/delivery_date",
        "/content/color",
        "/content/lines/0/item",
        "/content/lines/0/quantity",
    }


async def test_the_wrong_field_of_a_refused_command_is_named_too(office: Office) -> None:
    number = await office.receive()
    await office.by_sales(number, "requirements-confirmation", {"content_version": 1})
    await office.reviewed(number)
    answer = await office.sales.post(f"/orders/{number}/quotations", json={**QUOTATION, "total": "1200.11"})
    assert answer.status_code == 409
    assert answer.json()["errors"] == [{"pointer": "/total", "detail": "the lines sum to 1200.10"}]


async def test_sales_does_not_do_the_contract_desk_s_work(office: Office) -> None:
    number = await office.receive()
    answer = await office.sales.post(
        f"/orders/{number}/contract", json={"contract": "HT-1", "digest": DIGEST}
    )
    assert answer.status_code == 403
    assert "contract_desk" in answer.json()["detail"]


async def test_people_of_another_product_company_find_nothing(office: Office) -> None:
    number = await office.receive()
    stranger = office.intake.client("lu", "sales", "contract_desk", company="LV")
    answers = [
        await stranger.get(f"/orders/{number}"),
        await stranger.get(f"/orders/{number}/events"),
        await stranger.post(f"/orders/{number}/withdrawal", json={"reason": "spite"}),
    ]
    assert {answer.status_code for answer in answers} == {404}
    await office.intake.settled()
    assert done(await stranger.get("/orders"))["items"] == []
    assert (await stranger.post("/orders", json=RECEPTION)).status_code == 403


async def test_the_order_book_is_read_by_state_customer_and_who_is_waited_for(office: Office) -> None:
    confirmed = await office.receive()
    await office.by_sales(confirmed, "requirements-confirmation", {"content_version": 1})
    other = await office.receive(customer={"id": "C-8", "name": "Bo Energi"})
    left = await office.by_sales(other, "withdrawal", {"reason": "no money"})
    listed = await office.sales.get("/orders", headers={"Log-Position": str(left["position"])})
    rows = {row["number"]: row for row in done(listed)["items"]}
    assert rows[confirmed]["state"] == "in_review"
    assert rows[confirmed]["waiting_for"] == ["review"]
    assert rows[other]["waiting_for"] == []

    async def numbers(**query: str) -> list[str]:
        return [row["number"] for row in done(await office.sales.get("/orders", params=query))["items"]]

    assert await numbers(state="withdrawn") == [other]
    assert await numbers(customer_id="C-7") == [confirmed]
    assert await numbers(waiting_for="review") == [confirmed]
    assert await numbers(waiting_for="sales") == []


async def test_the_order_book_is_searched_counted_and_read_as_it_stood(office: Office) -> None:
    number = await office.receive(customer={"id": "C-8", "name": "恒山供电公司"})
    other = await office.receive(customer={"id": "C-9", "name": "Bo Energi"})
    before = await office.intake.runtime.log.head()
    left = await office.by_sales(other, "withdrawal", {"reason": "no money"})
    await office.sales.get("/orders", headers={"Log-Position": str(left["position"])})

    async def found(**query: str | int) -> list[str]:
        return [row["number"] for row in done(await office.sales.get("/orders", params=query))["items"]]

    said = number.replace("-", " ").lower().replace("0", "o").replace("1", "l")
    assert await found(q=said) == await found(q=number[:6]) == await found(q="恒山") == [number]
    article = CONTENT["lines"][0]["item"]
    assert sorted(await found(q=article)) == sorted([number, other])
    counted = done(await office.sales.get("/orders/counts?by=state&by=waiting_for"))
    assert {group["by"]["state"]: group["count"] for group in counted["groups"]} == {
        "complete": 1,
        "withdrawn": 1,
    }
    assert sorted(await found(state="complete", as_of=before)) == sorted([number, other])
    then = done(await office.sales.get(f"/orders/counts?by=waiting_for&as_of={before}"))
    assert then == {"groups": [{"by": {"waiting_for": "sales"}, "count": 2}], "total": 2}


async def test_an_order_is_read_as_it_was(office: Office) -> None:
    number = await office.receive()
    await office.by_sales(number, "withdrawal", {"reason": "no money"})
    assert done(await office.sales.get(f"/orders/{number}"))["state"]["state"] == "withdrawn"
    assert done(await office.sales.get(f"/orders/{number}?as_of=2"))["state"]["state"] == "complete"


async def test_a_stale_answer_is_refused_by_its_version(office: Office) -> None:
    number = await office.receive()
    read = await office.sales.get(f"/orders/{number}")
    later = {**CONTENT, "delivery_date": "2026-09-30"}
    await office.by_sales(number, "amendments", {"content": later, "reason": "site is late"})
    confirmation = f"/orders/{number}/requirements-confirmation"
    stale = await office.sales.post(
        confirmation, json={"content_version": 2}, headers={"If-Match": read.headers["etag"]}
    )
    assert stale.status_code == 412
    on_the_old_content = await office.sales.post(confirmation, json={"content_version": 1})
    assert on_the_old_content.json()["type"] == "/problems/content-changed"


async def test_a_number_said_on_the_phone_is_read_or_found_misheard(office: Office) -> None:
    number = await office.receive()
    said = number.lower().replace("-", " ")
    assert done(await office.sales.get(f"/order-numbers/{said}")) == {
        "number": number,
        "order": f"/orders/{number}",
    }
    swapped = number[1] + number[0] + number[2:] if number[0] != number[1] else number[:-1]
    misheard = await office.sales.get(f"/order-numbers/{swapped}")
    assert misheard.status_code == 422
    assert misheard.json()["type"] == "/problems/number-misheard"


async def test_every_command_is_documented_with_an_example_that_is_valid(office: Office) -> None:
    document = office.intake.app.openapi()
    commands = {
        path: item["post"]
        for path, item in document["paths"].items()
        if "post" in item and (path == "/orders" or path.startswith("/orders/{id}/"))
    }
    assert len(commands) == 19
    for path, operation in commands.items():
        assert operation["requestBody"]["content"]["application/json"]["examples"], path
    for name in ("ReceiveOrder", "Content", "Line", "PricedLine", "BillItem", "Doubt"):
        fields = document["components"]["schemas"][name]["properties"]
        assert all("description" in field for field in fields.values()), name
