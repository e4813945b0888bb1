"""SQL that blocks or loses something is found in any later revision, without a database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checks import migrations
from checks.tree import Tree

if TYPE_CHECKING:
    from conftest import Copy

THIRD = '''"""Notes."""

from alembic import op
import sqlalchemy as sa

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    {0}
'''
PLACE = "services/review/src/review/migrations/versions/0003_notes.py"


def test_a_harmless_revision_passes(copy: Copy) -> None:
    copy.add(PLACE, THIRD.format('op.add_column("note", sa.Column("text", sa.Text), schema="read")'))
    report = migrations.look(Tree(copy.root))
    assert report.seen == "6 migrations"
    assert report.problems == []


def test_a_revision_that_loses_data_is_found(copy: Copy) -> None:
    copy.add(PLACE, THIRD.format('op.drop_column("note", "text", schema="read")'))
    assert any(
        problem.startswith("review 0003, line") and "ban-drop-column" in problem
        for problem in migrations.look(Tree(copy.root)).problems
    )


def test_a_revision_that_blocks_writers_is_found(copy: Copy) -> None:
    copy.add(PLACE, THIRD.format('op.create_index("by_text", "note", ["text"], schema="read")'))
    problems = "\n".join(migrations.look(Tree(copy.root)).problems)
    assert "require-concurrent-index-creation" in problems
