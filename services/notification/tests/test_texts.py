"""Templates are whole in both languages, and what people wrote stays what it is: text."""

from __future__ import annotations

from importlib.resources import files

import pytest
from jinja2 import UndefinedError
from pydantic import JsonValue

from notification.texts import LONGEST_BODY, LONGEST_SUBJECT, for_customer, for_staff
from notification.who_is_told import TABLE

CUSTOMER: dict[str, JsonValue] = {"name": "Northwind", "contact": None}
FOLDER = files("notification") / "templates"


def values(**fact: JsonValue) -> dict[str, JsonValue]:
    return {"order": "7K3M", "customer": CUSTOMER, "fact": fact}


def test_each_text_is_there_in_both_languages_and_none_that_nobody_uses() -> None:
    used = {
        f"{'customer' if told.kind == 'customer' else 'staff'}/{told.template}"
        for line in TABLE.values()
        for told in line
    }
    there = {f"{kind.name}/{file.name}" for kind in FOLDER.iterdir() for file in kind.iterdir()}
    used |= {"customer/frame", "staff/mail_undeliverable"}
    assert there == {f"{name}.{language}.txt" for name in used for language in ("zh", "en")}


def test_a_value_that_nobody_gave_is_an_error_and_not_a_gap() -> None:
    with pytest.raises(UndefinedError, match="reason"):
        for_customer("order_refused", "en", values())


def test_what_a_person_wrote_is_never_run_as_a_template() -> None:
    text = for_customer("order_refused", "en", values(reason="{{ order }} {% raw %}"))
    assert "{{ order }} {% raw %}" in text.body


def test_a_subject_is_one_line_whatever_a_person_wrote() -> None:
    text = for_staff("contract_concluded", values(contract="HT-17\r\nBcc: all@hengshan.example"))
    assert "\n" not in text.subject
    assert "\r" not in text.subject


def test_what_is_too_long_is_cut_and_said_to_be() -> None:
    text = for_staff("contract_to_sign", values(contract="9" * 400, digest="x" * 2 * LONGEST_BODY))
    assert (len(text.subject), text.subject[-1]) == (LONGEST_SUBJECT, "…")
    assert (len(text.body), text.body[-1]) == (LONGEST_BODY, "…")


def test_s1_missing_items_have_names_that_a_customer_knows() -> None:
    missing: JsonValue = ["lines[0].specification", "delivery_date: lies in the past", "something_new"]
    english = for_customer("items_missing", "en", values(missing=missing)).body
    assert "- line 1: specification\n- delivery date: lies in the past\n- something new\n" in english
    chinese = for_customer("items_missing", "zh", values(missing=missing)).body
    assert "- 第1行：规格\n- 交货日期：已过期\n- something new\n" in chinese


def test_a_letter_stands_in_its_frame() -> None:
    body = for_customer("order_accepted", "en", values()).body
    assert body.startswith("Dear Northwind,\n\nOrder 7K3M has passed its review")
    assert body.endswith("name the order 7K3M.")
