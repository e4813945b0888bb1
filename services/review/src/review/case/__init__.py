"""The case: the review of one order (C5 to C14). `case` is its decider.

Its stages have files of their own: `request` (classified, void, closed), `delivery`
(conventional), `panel` and `decision` (non-conventional), `refusal`, and `question` (back to
one reviewer). Where a case can stand is in `states`, what is known of it in `dossier`, what a
fact makes of it in `evolve`.
"""

from __future__ import annotations

from collections.abc import Sequence

from events import Command, Context, Decider, Event
from review.case import decision, delivery, panel, question, refusal, request
from review.case.decision import DecideCase
from review.case.delivery import JudgeDelivery
from review.case.evolve import evolve
from review.case.panel import ConvenePanel, GiveOpinion
from review.case.question import AskReviewer
from review.case.refusal import DecideRefusal, ProposeRefusal
from review.case.request import CloseReview, RequestReview, VoidReview
from review.case.states import State, Unknown


def decide(state: State, command: Command, context: Context) -> Sequence[Event]:
    """The facts a command leads to."""
    match command:
        case RequestReview():
            return request.request(state, command, context)
        case VoidReview():
            return request.void(state, command, context)
        case CloseReview():
            return request.close(state, command, context)
        case JudgeDelivery():
            return delivery.judge(state, command, context)
        case ConvenePanel():
            return panel.convene(state, command, context)
        case GiveOpinion():
            return panel.give_opinion(state, command, context)
        case DecideCase():
            return decision.decide_case(state, command, context)
        case AskReviewer():
            return question.ask(state, command, context)
        case ProposeRefusal():
            return refusal.propose(state, command, context)
        case DecideRefusal():
            return refusal.decide_refusal(state, command, context)
    raise TypeError(f"{type(command).__name__} is no command of a case")


def company(state: State) -> str | None:
    """The product company whose people may see the case."""
    return None if isinstance(state, Unknown) else state.dossier.request.product_company


case: Decider[State] = Decider(
    category="review",
    initial=Unknown(),
    decide=decide,
    evolve=evolve,
    may={
        **request.MAY,
        **delivery.MAY,
        **panel.MAY,
        **decision.MAY,
        **question.MAY,
        **refusal.MAY,
    },
    company=company,
)
