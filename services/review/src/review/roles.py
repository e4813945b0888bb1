"""Roles that cases and contract reviews share."""

from __future__ import annotations

GENERAL_MANAGER = frozenset({"general_manager", "deputy_general_manager"})
"""The general manager of the product company; the deputy counts as well (C8, C14, S6)."""
