"""Batches reach the log as texts; processes of the version before go on sending arrays."""

from alembic import op

from events import schema

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    for statement in schema.APPEND_BY_TEXTS:
        op.execute(statement)
