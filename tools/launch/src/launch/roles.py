"""What tokens say: whom they are for, and the roles people can have (docs/architecture.md)."""

from __future__ import annotations

from collections.abc import Mapping

AUDIENCE = "fulfilment"

ROLES: Mapping[str, str] = {
    "sales": "takes orders in and completes them",
    "contract_desk": "head of the contract and order department: completeness, classification, contract",
    "production_manager": "says whether it can be produced in time",
    "technical": "says whether it can be built",
    "quality": "says whether it can be tested and certified",
    "logistics": "says whether the parts can be had",
    "production": "says whether there is capacity",
    "general_manager": "decides on non-conventional orders",
    "deputy_general_manager": "decides in the general manager's place",
    "buyer": "orders purchased parts",
    "inspector": "inspects what was delivered",
    "legal": "reviews a contract's legal clauses",
    "finance": "reviews a contract's financial clauses",
    "erp": "the company's ERP system",
    "auditor": "reads everything, changes nothing",
    "operator": "runs the system",
}
"""What each is for. `system` is not among them: it belongs to the services themselves."""
