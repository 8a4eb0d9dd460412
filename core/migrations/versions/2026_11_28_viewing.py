"""how pages look to a person.

Revision: 3f0c7d51a9e2
Follows: e5f599fb9905
Made: 2026-11-28 06:50:00
"""

import sqlalchemy as sa
from alembic import op

revision = "3f0c7d51a9e2"
down_revision = "f11a43091682"
branch_labels = None
depends_on = None


def upgrade():
    """Bring the schema to this revision."""
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("viewing", sa.String(length=24), server_default="", nullable=False)
        )


def downgrade():
    """Bring the schema back to the revision before."""
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.drop_column("viewing")
