"""A list that comes in pages, as one stream of items."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Generic, TypeVar

from pydantic import BaseModel, TypeAdapter

from fulfilment_client.connection import Connection, Query

T = TypeVar("T")


class Page(BaseModel, Generic[T]):
    """Some of the items, and where the next ones begin."""

    items: list[T]
    next: str | None
    """The cursor of the next page; None at the end."""


class Pages(Generic[T]):
    """`async for item in pages` asks for each page when the one before it is used up."""

    def __init__(self, connection: Connection, path: str, item: type[T], query: Query) -> None:
        self._connection = connection
        self._path = path
        self._query = query
        self._page = TypeAdapter(Page[item])  # type: ignore[valid-type]  # a model made at run time

    async def page(self, cursor: str | None = None) -> Page[T]:
        """One page: the first, or the one that `next` of another is the cursor of."""
        answer = await self._connection.send("GET", self._path, query={**self._query, "cursor": cursor})
        page: Page[T] = self._page.validate_json(answer.content)
        return page

    async def __aiter__(self) -> AsyncIterator[T]:
        page = await self.page()
        while True:
            for item in page.items:
                yield item
            if page.next is None:
                return
            page = await self.page(page.next)
