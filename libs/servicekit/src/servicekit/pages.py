"""Cursors: an opaque text that says where the next page begins, and for which question."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from hashlib import sha256
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import from_json, to_json
from starlette.requests import Request

from servicekit.faults import Fault
from servicekit.problems import invalid

LARGEST_PAGE = 200
Limit = Annotated[int, Field(ge=1, le=LARGEST_PAGE, description="Items on a page.")]
Cursor = Annotated[
    str, Field(max_length=2000, description="`next` of the page before; leave out for the first.")
]
T = TypeVar("T")


class PageQuery(BaseModel):
    """The query parameters of every paged list; others are refused."""

    model_config = ConfigDict(extra="forbid")
    limit: Limit = 50
    cursor: Cursor | None = None


def cursor_of(place: Sequence[Any], question: object) -> str:
    """A cursor for going on after `place` in the answer to `question` (anything with a stable JSON)."""
    return urlsafe_b64encode(to_json([_digest(question), *place])).decode().rstrip("=")


def place_of(cursor: str, question: object, size: int) -> Sequence[Any]:
    """The place a cursor stands for. Raises a 422 problem when it is garbled or of another question."""
    try:
        digest, *place = from_json(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, TypeError):
        digest, place = None, []
    if digest != _digest(question) or len(place) != size:
        raise bad_cursor()
    return tuple(place)


def bad_cursor() -> Exception:
    detail = "is not a cursor of this list with these filters and this order; leave it out to start again"
    return invalid([Fault(parameter="cursor", detail=detail)])


def next_link(request: Request, cursor: str) -> str:
    """The Link header (RFC 8288) of a page that has a next one."""
    url = request.url.include_query_params(cursor=cursor)
    return f'<{url.path}?{url.query}>; rel="next"'


def _digest(question: object) -> str:
    return sha256(to_json(question)).hexdigest()[:12]
