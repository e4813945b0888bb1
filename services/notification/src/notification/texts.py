"""The words: templates (files in `templates/`, Jinja2, sandboxed) filled with what happened.

A template is two files, one in Chinese and one in English: the first line is the subject, the
rest the body. Customers read their own language in a letter's frame; staff read Chinese with
English below. A value that a template names and nobody gave is an error, never a gap.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from importlib.resources import files
from typing import Literal

from jinja2 import DictLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from pydantic import JsonValue

from notification.words import WORDS

Language = Literal["zh", "en"]
LONGEST_SUBJECT, LONGEST_BODY = 300, 100_000
"""Characters; what `message.addressed` takes."""


@dataclass(frozen=True, slots=True)
class Text:
    """What somebody reads: one line, and below it as many as it takes."""

    subject: str
    body: str


def for_customer(template: str, language: Language, values: Mapping[str, JsonValue]) -> Text:
    """A letter to the customer. Raises `jinja2.UndefinedError` when a value is missing."""
    subject, body = _render(f"customer/{template}", language, values)
    letter = _fill("customer/frame", language, {**values, "text": body})
    return _fitting(subject, letter)


def for_staff(template: str, values: Mapping[str, JsonValue]) -> Text:
    """A note to a colleague, in both languages. Raises `jinja2.UndefinedError` when a value is missing."""
    zh_subject, zh_body = _render(f"staff/{template}", "zh", values)
    en_subject, en_body = _render(f"staff/{template}", "en", values)
    return _fitting(f"{zh_subject} / {en_subject}", f"{zh_body}\n\n{en_body}")


def _render(template: str, language: str, values: Mapping[str, JsonValue]) -> tuple[str, str]:
    subject, _, body = _fill(template, language, values).partition("\n")
    return " ".join(subject.split()), body.strip()


def _fill(template: str, language: str, values: Mapping[str, JsonValue]) -> str:
    filled = _ENVIRONMENTS[language].get_template(f"{template}.{language}.txt").render(values)
    return re.sub(r"\n{3,}", "\n\n", filled).strip()  # where a list was empty


def _fitting(subject: str, body: str) -> Text:
    """Cut to what can be recorded; what a person wrote somewhere may be as long as it likes."""
    if len(subject) > LONGEST_SUBJECT:
        subject = subject[: LONGEST_SUBJECT - 1] + "…"
    if len(body) > LONGEST_BODY:
        body = body[: LONGEST_BODY - 1] + "…"
    return Text(subject, body)


def _word(language: str, name: str) -> str:
    """A name of ours in the reader's language; itself where there is no other."""
    return WORDS.get(name, {}).get(language, name.replace("_", " "))


def _missing(language: str, item: str) -> str:
    """Something missing, said to a person: `lines[0].quantity` is `line 1: quantity` (S1)."""
    place, _, reason = item.partition(": ")
    words = [_word(language, place)]
    if line := re.fullmatch(r"lines\[(\d+)\]\.(\w+)", place):
        number = int(line[1]) + 1
        words = [f"第{number}行" if language == "zh" else f"line {number}", _word(language, line[2])]
    if reason:
        words.append(_word(language, reason))
    return ("：" if language == "zh" else ": ").join(words)


def _environment(language: str) -> ImmutableSandboxedEnvironment:
    folder = files("notification") / "templates"
    sources = {
        f"{kind.name}/{file.name}": file.read_text(encoding="utf-8")
        for kind in folder.iterdir()
        for file in kind.iterdir()
        if file.name.endswith(f".{language}.txt")
    }
    environment = ImmutableSandboxedEnvironment(
        loader=DictLoader(sources),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,
    )  # no HTML is made of it
    environment.filters |= {"word": partial(_word, language), "missing": partial(_missing, language)}
    return environment


# Read once, when the service starts: what deciders fill in is data, as it was then.
_ENVIRONMENTS = {language: _environment(language) for language in ("zh", "en")}
