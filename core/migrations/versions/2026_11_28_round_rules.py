"""The pass mark of a round, and who may take it.

Revision: c5e1f7a90d34
Follows: c3e7a91d40b6
Made: 2026-11-28 17:02:41.118206
"""

import sqlalchemy as sa
from alembic import op

revision = "c5e1f7a90d34"
down_revision = "c3e7a91d40b6"
branch_labels = None
depends_on = None


def upgrade():
    """Bring the schema to this revision."""
    with op.batch_alter_table("round", schema=None) as batch_op:
        batch_op.add_column(sa.Column("pass_mark", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("entry", sa.JSON(), server_default="{}", nullable=False))


def downgrade():
    """Bring the schema back to the revision before."""
    with op.batch_alter_table("round", schema=None) as batch_op:
        batch_op.drop_column("entry")
        batch_op.drop_column("pass_mark")
