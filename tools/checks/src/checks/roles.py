"""What the roles of the role table are called, in English and in Chinese."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Role:
    """The same role to different readers."""

    en: str
    zh: str


ROLES: Mapping[str, Role] = {
    "sales": Role("sales", "产品销售部、中心办公室"),
    "contract_desk": Role("head of the contract desk", "合同订单管理部负责人"),
    "production_manager": Role("production manager", "生产经理"),
    "technical": Role("technical department", "技术部"),
    "quality": Role("quality department", "质量部"),
    "logistics": Role("logistics centre", "物流管理中心"),
    "production": Role("production department", "生产部"),
    "general_manager": Role("general manager", "总经理"),
    "deputy_general_manager": Role("deputy general manager", "副总经理"),
    "buyer": Role("buyer", "采购员"),
    "inspector": Role("inspector", "检验员"),
    "legal": Role("legal counsel", "法务"),
    "finance": Role("finance department", "财务部"),
    "erp": Role("ERP system", "ERP 系统"),
    "auditor": Role("auditor", "审计员"),
    "operator": Role("operator", "系统运维"),
    "system": Role("the services themselves", "系统自动"),
}
"""`system` is in no token: only the services themselves have it."""
PEOPLE = frozenset(ROLES) - {"system"}
