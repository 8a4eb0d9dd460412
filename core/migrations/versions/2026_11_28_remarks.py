"""Remarks of judges by criterion.

Revision: 71c0d9e4ab35
Follows: a4374c519520
Made: 2026-11-28 21:20:00
"""

import sqlalchemy as sa
from alembic import op

revision = "71c0d9e4ab35"
down_revision = "a4374c519520"
branch_labels = None
depends_on = None


def upgrade():
    """Bring the schema to this revision."""
    for table in ("scoresheet", "sheet_version"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(
                sa.Column("remarks", sa.JSON(), server_default="{}", nullable=False)
            )
    with op.batch_alter_table("sheet_draft", schema=None) as batch_op:
        batch_op.add_column(sa.Column("remarks", sa.JSON(), nullable=True))


def downgrade():
    """Take the schema back to the revision before."""
    for table in ("sheet_draft", "sheet_version", "scoresheet"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_column("remarks")
