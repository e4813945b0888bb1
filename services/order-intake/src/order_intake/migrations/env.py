"""What alembic runs; the engine and the log's schema come from servicekit."""

from servicekit.migrate import run

run()
