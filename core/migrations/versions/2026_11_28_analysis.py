"""analysis.

Revision: 3d0c5e8a71b2
Follows: 5d21c7e09b34
Made: 2026-11-28 13:05:12.114027
"""

import sqlalchemy as sa
from alembic import op
from core.db import UTCDateTime

revision = "3d0c5e8a71b2"
down_revision = "5d21c7e09b34"
branch_labels = None
depends_on = None


def upgrade():
    """Bring the schema to this revision."""
    op.create_table(
        "run_analysis",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("computed_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"], ["result_run.id"], name=op.f("fk_run_analysis_run_id_result_run")
        ),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_run_analysis")),
    )


def downgrade():
    """Bring the schema back to the revision before."""
    op.drop_table("run_analysis")
