"""category prizes.

Revision: 8d1f6b2c40e7
Follows: a4374c519520
Made: 2026-11-28 21:16:02.410233
"""

import sqlalchemy as sa
from alembic import op

revision = "8d1f6b2c40e7"
down_revision = "a4374c519520"
branch_labels = None
depends_on = None


def upgrade():
    """Bring the schema to this revision."""
    with op.batch_alter_table("entry_prize", schema=None) as batch_op:
        batch_op.add_column(sa.Column("category_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_entry_prize_category_id_entry_category"),
            "entry_category",
            ["category_id"],
            ["id"],
        )


def downgrade():
    """Bring the schema back to the revision before."""
    with op.batch_alter_table("entry_prize", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_entry_prize_category_id_entry_category"), type_="foreignkey"
        )
        batch_op.drop_column("category_id")
