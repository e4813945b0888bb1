"""SQL that would hold up or lose something in a live database: squawk, on every migration.

A service's first revision makes the log, whose statements are `events.schema`; every later
revision is rendered to SQL by alembic, without a database.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping
from io import StringIO
from pathlib import Path

from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import Script, ScriptDirectory

from checks.report import Report
from checks.tree import Tree, script
from events import schema
from events.contracts import OWNERS


def look(tree: Tree) -> Report:
    """One file of SQL for each migration, judged as run in one transaction on PostgreSQL 18."""
    statements = {"the log (events.schema)": _together(*schema.FIRST, *schema.grants("service", "reader"))}
    for service in OWNERS:
        statements |= _rendered(tree, service)
    return Report(f"{len(statements)} migrations", list(_judged(tree, statements)))


_UNWANTED = (
    "prefer-bigint-over-int",  # versions in a stream and numbers of partitions stay small
    "require-lock-timeout",  # a migration runs before its service does, and an operator watches it
    "require-statement-timeout",
)


def _judged(tree: Tree, statements: Mapping[str, str]) -> Iterator[str]:
    rules = [f"--exclude={rule}" for rule in _UNWANTED]
    for name, sql in statements.items():
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "migration.sql"
            file.write_text(sql)
            ran = tree.run(
                script("squawk"),
                "--pg-version=18",
                "--assume-in-transaction",
                "--reporter=json",
                *rules,
                file,
            )
        for found in json.loads(ran.output):
            yield f"{name}, line {found['line'] + 1}: {found['rule_name']}: {found['message']} {found['help'] or ''}"


def _rendered(tree: Tree, service: str) -> dict[str, str]:
    """The SQL of a service's revisions after its first."""
    config = Config()
    folder = tree.root / "services" / service / "src" / service.replace("-", "_") / "migrations"
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    revisions = ScriptDirectory.from_config(config).walk_revisions()
    later = [revision for revision in revisions if revision.down_revision is not None]
    return {f"{service} {revision.revision}": _sql(revision) for revision in reversed(later)}


def _sql(revision: Script) -> str:
    written = StringIO()
    offline = MigrationContext.configure(
        dialect_name="postgresql", opts={"as_sql": True, "output_buffer": written, "literal_binds": True}
    )
    with Operations.context(offline):
        revision.module.upgrade()
    return written.getvalue()


def _together(*statements: str) -> str:
    return "".join(f"{statement.strip()};\n" for statement in statements)
