"""Classification: is an order conventional, and why not (C5)?

The rules are data, in `rule_sets/`. A classification names its rule set with a digest of
the file, so it stays visible for ever which rules judged an order.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from importlib.resources import files
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from events.contracts.common import Content
from events.contracts.reviews import Kind, OrderClassified

CURRENT = "2026-01"
"""The rule set that judges from now on."""


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ContentIs(_Strict):
    """A mark of the order as a whole has this value."""

    field: Literal["complete_set", "above_quality_standard", "penalty_clause"]
    equals: bool

    def holds(self, content: Content, on: date) -> bool:
        return bool(getattr(content, self.field) == self.equals)


class Tight(_Strict):
    """Fewer days than this are left to the delivery date."""

    field: Literal["days_to_delivery"]
    below: int

    def holds(self, content: Content, on: date) -> bool:
        return content.delivery_date is not None and (content.delivery_date - on).days < self.below


class LineIs(_Strict):
    """A mark of a line has this value."""

    field: Literal["non_standard", "discontinued"]
    equals: bool


class ContentRule(_Strict):
    """A reason that looks at the order as a whole."""

    scope: Literal["content"]
    when: Annotated[tuple[ContentIs | Tight, ...], Field(min_length=1)]
    reason: str

    def reasons(self, content: Content, on: date) -> Sequence[str]:
        """The reason, when all conditions hold."""
        return [self.reason] if all(condition.holds(content, on) for condition in self.when) else []


class LineRule(_Strict):
    """A reason that looks at each line."""

    scope: Literal["line"]
    when: Annotated[tuple[LineIs, ...], Field(min_length=1)]
    reason: str
    """With the places {line} and {item}."""

    @field_validator("reason")
    @classmethod
    def _can_be_filled_in(cls, reason: str) -> str:
        try:
            reason.format(line=1, item="x")
        except (LookupError, ValueError) as error:
            raise ValueError("has other places than {line} and {item}") from error
        return reason

    def reasons(self, content: Content, on: date) -> Sequence[str]:
        """The reason once for each line for which all conditions hold."""
        return [
            self.reason.format(line=number, item=line.item)
            for number, line in enumerate(content.lines, 1)
            if all(getattr(line, condition.field) == condition.equals for condition in self.when)
        ]


class _File(_Strict):
    name: str
    rules: Annotated[
        tuple[Annotated[ContentRule | LineRule, Field(discriminator="scope")], ...], Field(min_length=1)
    ]


@dataclass(frozen=True, slots=True)
class RuleSet:
    """A set of rules; `name` ends with a digest of what was read."""

    name: str
    rules: Sequence[ContentRule | LineRule]


def read_rule_set(text: str) -> RuleSet:
    """A rule set from its TOML. Raises `ValueError` naming what is wrong with it."""
    read = _File.model_validate(tomllib.loads(text))
    return RuleSet(f"{read.name}@{sha256(text.encode()).hexdigest()[:12]}", read.rules)


def rule_set(name: str) -> RuleSet:
    """The rule set of that name among those in `rule_sets/`."""
    return read_rule_set(files("review").joinpath("rule_sets", f"{name}.toml").read_text("utf-8"))


def classify(content: Content, rules: RuleSet, on: date) -> OrderClassified:
    """The classification of confirmed content, judged on a day, with every reason (C5)."""
    reasons = tuple(reason for rule in rules.rules for reason in rule.reasons(content, on))
    kind: Kind = "non_conventional" if reasons else "conventional"
    return OrderClassified(kind=kind, reasons=reasons, rule_set=rules.name)
