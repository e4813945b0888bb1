"""What an import is told by its environment."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class ImportSettings(BaseSettings):
    """Bounds of what imports take of a process; docs/architecture.md has the table of names."""

    model_config = SettingsConfigDict(env_ignore_empty=True)

    import_batch: int = Field(default=500, ge=1, le=5000)
    """Orders of one transaction. Other commands wait as long as one takes, and an import holds two of them."""
    imports_at_once: int = Field(default=8, ge=1)
    """More are answered with 503 and Retry-After."""
