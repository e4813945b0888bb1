"""People and things that the tests of procurement speak of."""

from decimal import Decimal

from events import Actor
from events.contracts.common import BillItem
from events.contracts.purchases import PartsRequired, Pieces, PurchaseLine, PurchaseOrdered

BUYER = Actor("bao", frozenset({"buyer"}))
SUPPLIER_ERP = Actor("erp-1", frozenset({"erp"}))
WAREHOUSE = Actor("wang", frozenset({"logistics"}))
INSPECTOR = Actor("ines", frozenset({"inspector"}))
SALES = Actor("sun", frozenset({"sales"}))
SYSTEM = Actor("procurement", frozenset({"system"}))


def item(part: str, quantity: int, kind: str = "component") -> BillItem:
    return BillItem.model_validate({"part": part, "name": f"part {part}", "kind": kind, "quantity": quantity})


def line(order: str, part: str, quantity: int, unit_price: str | None = None) -> PurchaseLine:
    price = None if unit_price is None else Decimal(unit_price)
    return PurchaseLine(order=order, part=part, quantity=quantity, unit_price=price)


def pieces(part: str, quantity: int, unit_price: str | None = None) -> tuple[Pieces, ...]:
    price = None if unit_price is None else Decimal(unit_price)
    return (Pieces(part=part, quantity=quantity, unit_price=price),)


def required(*items: BillItem, company: str = "HV") -> PartsRequired:
    return PartsRequired(product_company=company, needs=items)


def ordered(*lines: PurchaseLine, company: str | None = "HV") -> PurchaseOrdered:
    return PurchaseOrdered(
        supplier="S-17",
        supplier_name="Pavlova Relays",
        product_company=company,
        lines=lines,
        ordered_by=BUYER.subject,
    )
