"""Attempts that are over are found without reading those handed in.

Revision: c2a94e70b6f1
Follows: 5e1c27d9a0b4
Made: 2026-11-30 07:40:00
"""

import sqlalchemy as sa
from alembic import op

revision = "c2a94e70b6f1"
down_revision = "5e1c27d9a0b4"
branch_labels = None
depends_on = None


def upgrade():
    """Bring the schema to this revision."""
    with op.batch_alter_table("attempt", schema=None) as batch_op:
        batch_op.create_index(
            "ix_attempt_running",
            ["accepts_until"],
            unique=False,
            sqlite_where=sa.text("submitted_at IS NULL"),
            postgresql_where=sa.text("submitted_at IS NULL"),
        )


def downgrade():
    """Bring the schema back to the revision before."""
    with op.batch_alter_table("attempt", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_attempt_running",
            sqlite_where=sa.text("submitted_at IS NULL"),
            postgresql_where=sa.text("submitted_at IS NULL"),
        )
