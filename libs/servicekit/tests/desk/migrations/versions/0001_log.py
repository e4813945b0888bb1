"""The log, the feeds' places and the read models' schema."""

from servicekit.migrate import create_log

revision = "0001"
down_revision = None


def upgrade() -> None:
    create_log()
