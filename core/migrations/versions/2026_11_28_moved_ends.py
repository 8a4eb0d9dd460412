"""Ends of judging and of votes that were moved; when a draft of a judge was written.

Revision: 9d3b5c7e1f42
Follows: 8d1f6b2c40e7
Made: 2026-11-28 21:24:31.402118
"""

import sqlalchemy as sa
from alembic import op
from core.db import UTCDateTime

revision = "9d3b5c7e1f42"
down_revision = "8d1f6b2c40e7"
branch_labels = None
depends_on = None


def upgrade():
    """Bring the schema to this revision."""
    op.create_table(
        "hour_move",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("part_id", sa.Integer(), nullable=True),
        sa.Column("was", UTCDateTime(), nullable=False),
        sa.Column("until", UTCDateTime(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("moved_at", UTCDateTime(), nullable=False),
        sa.Column("moved_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_hour_move_moved_with_reason")),
        sa.CheckConstraint("was <> until", name=op.f("ck_hour_move_moved_at_all")),
        sa.ForeignKeyConstraint(
            ["moved_by_id"], ["account.id"], name=op.f("fk_hour_move_moved_by_id_account")
        ),
        sa.ForeignKeyConstraint(["part_id"], ["part.id"], name=op.f("fk_hour_move_part_id_part")),
        sa.ForeignKeyConstraint(
            ["round_id"],
            ["judged_round.round_id"],
            name=op.f("fk_hour_move_round_id_judged_round"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hour_move")),
    )
    with op.batch_alter_table("hour_move", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_hour_move_part_id"), ["part_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_hour_move_round_id"), ["round_id"], unique=False)
    with op.batch_alter_table("sheet_draft", schema=None) as batch_op:
        batch_op.add_column(sa.Column("written_at", UTCDateTime(), nullable=True))


def downgrade():
    """Bring the schema back to the revision before."""
    with op.batch_alter_table("sheet_draft", schema=None) as batch_op:
        batch_op.drop_column("written_at")
    op.drop_table("hour_move")
