"""Migrations run as the owner of the database; `python -m desk migrate`."""

from servicekit.migrate import run

run()
