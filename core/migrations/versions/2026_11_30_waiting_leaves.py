"""Leaves that wait for their place are found without reading the trail.

Revision: 5e1c27d9a0b4
Follows: 71c0d9e4ab35
Made: 2026-11-30 02:20:00
"""

import sqlalchemy as sa
from alembic import op

revision = "5e1c27d9a0b4"
down_revision = "71c0d9e4ab35"
branch_labels = None
depends_on = None


def upgrade():
    """Bring the schema to this revision."""
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.create_index(
            "ix_audit_entry_waiting",
            ["id"],
            unique=False,
            sqlite_where=sa.text("position IS NULL"),
            postgresql_where=sa.text("position IS NULL"),
        )


def downgrade():
    """Bring the schema back to the revision before."""
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_audit_entry_waiting",
            sqlite_where=sa.text("position IS NULL"),
            postgresql_where=sa.text("position IS NULL"),
        )
