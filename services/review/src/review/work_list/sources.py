"""Where work comes from: the read models whose rows wait for reviewers, and what is to be done there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from events import Projection
from review.case.roles import AWAITED, OF_GROUP
from review.case_book import case_book
from review.contract.roles import AWAITED as SIDES
from review.contract.roles import JUDGES
from review.contract_book import contract_book
from review.roles import GENERAL_MANAGER

Roles = Mapping[str, frozenset[str]]
"""For whom is waited, and the roles whose word that is."""


@dataclass(frozen=True, slots=True)
class Step:
    """What is to be done: the command's name, and where below the thing's address it is posted to."""

    work: str
    path: str


@dataclass(frozen=True, slots=True)
class Source:
    """A read model with the columns number, company, state, waiting_for, waiting_since, delivery_date."""

    thing: str
    path: str
    projection: Projection[Any]  # Any: each has a row of its own
    steps: Mapping[str, Step]
    """By state; a row in another one waits for no reviewer."""
    of_group: Roles
    """Words that are given for the group: whatever company the order is for."""
    of_company: Roles
    """Words of the product company's own people."""
    own: Callable[[sa.Table, str], sa.ColumnElement[bool]]
    """Whether this person may not speak: it is their request, or they gave another of its words."""

    def step(self, state: str, awaited: str) -> Step:
        """What is to be done in this state by whom is waited for."""
        return self.steps.get(f"{state}/{awaited}", self.steps[state])

    @property
    def states(self) -> list[str]:
        return [state for state in self.steps if "/" not in state]


def _judged(table: sa.Table, person: str) -> sa.ColumnElement[bool]:
    """Whether a word of theirs counts already; another side is another person's (C6, S6)."""
    judge = sa.cast("$.* ? (@ == $person)", sa.dialects.postgresql.JSONPATH)
    return sa.func.jsonb_path_exists(table.c.judges, judge, sa.func.jsonb_build_object("person", person))


CASES = Source(
    thing="case",
    path="/cases",
    projection=case_book,
    steps={
        "judging": Step("judge_delivery", "/delivery-judgement"),
        "panel_due": Step("convene_panel", "/panel"),
        "in_panel": Step("give_opinion", "/opinions"),
        "in_panel/general_manager": Step("decide_case", "/decision"),
        "refusal_proposed": Step("decide_refusal", "/refusal-decision"),
    },
    of_group={awaited: roles for awaited, roles in AWAITED.items() if awaited in OF_GROUP},
    of_company={awaited: roles for awaited, roles in AWAITED.items() if awaited not in OF_GROUP},
    own=lambda table, person: sa.or_(table.c.prepared_by.any_() == person, _judged(table, person)),
)
CONTRACTS = Source(
    thing="contract",
    path="/contracts",
    projection=contract_book,
    steps={"in_review": Step("judge_clauses", "/clause-judgements")},
    of_group={role: JUDGES[aspect] - GENERAL_MANAGER for aspect, role in SIDES.items()},
    of_company={role: JUDGES[aspect] & GENERAL_MANAGER for aspect, role in SIDES.items()},
    own=lambda table, person: sa.or_(table.c.drafted_by == person, _judged(table, person)),
)
