"""The log, the feeds' places, and the schema of the read models."""

from servicekit.migrate import create_log

revision = "0001"
down_revision = None


def upgrade() -> None:
    create_log()
