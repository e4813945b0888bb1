"""What suppliers that may be bought from offer: the read models `offers` and `supplier_book` together."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import sqlalchemy as sa

from procurement.lead_times import Offered
from procurement.offers import offers
from procurement.supplier_book import supplier_book
from servicekit.runtime import Runtime


async def offered(running: Runtime, parts: Collection[str]) -> Sequence[Offered]:
    """All offers of these parts, as far as the read models have seen the log."""
    offer, supplier = offers.table.c, supplier_book.table.c
    select = sa.select(
        offer.supplier,
        supplier.supplier_name,
        offer.part,
        offer.channel,
        offer.lead_time_days,
        offer.unit_price,
        offer.currency,
        offer.minimum,
        offer.valid_until,
    ).where(
        offer.supplier == supplier.supplier, supplier.state == "registered", offer.part.in_(sorted(parts))
    )
    async with running.engine.connect() as connection:
        return [Offered(*row) for row in await connection.execute(select)]
