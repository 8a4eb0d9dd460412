"""Reveal ceremonies, and people of a board found by their unit.

Revision: 5d21c7e09b34
Follows: 7474ecd40d6f
Made: 2026-11-28 13:30:00
"""

import sqlalchemy as sa
from alembic import op
from core.db import UTCDateTime

revision = "5d21c7e09b34"
down_revision = "7474ecd40d6f"
branch_labels = None
depends_on = None


def upgrade():
    """Bring the schema to this revision."""
    op.create_table(
        "ceremony",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=24), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("block_id", sa.Integer(), nullable=True),
        sa.Column("list_id", sa.Integer(), nullable=True),
        sa.Column("steps", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("furthest", sa.Integer(), nullable=False),
        sa.Column("is_dark", sa.Boolean(), nullable=False),
        sa.Column("started_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("started_by_id", sa.Integer(), nullable=False),
        sa.Column("ended_at", UTCDateTime(timezone=True), nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("step BETWEEN 0 AND steps", name=op.f("ck_ceremony_step_there_is")),
        sa.CheckConstraint(
            "furthest BETWEEN step AND steps", name=op.f("ck_ceremony_furthest_step_there_is")
        ),
        sa.ForeignKeyConstraint(
            ["block_id"], ["block.id"], name=op.f("fk_ceremony_block_id_block")
        ),
        sa.ForeignKeyConstraint(
            ["ended_by_id"], ["account.id"], name=op.f("fk_ceremony_ended_by_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["list_id"], ["award_list.id"], name=op.f("fk_ceremony_list_id_award_list")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_ceremony_round_id_round")
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["result_run.id"], name=op.f("fk_ceremony_run_id_result_run")
        ),
        sa.ForeignKeyConstraint(
            ["started_by_id"], ["account.id"], name=op.f("fk_ceremony_started_by_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ceremony")),
        sa.UniqueConstraint("public_id", name=op.f("uq_ceremony_public_id")),
    )
    op.create_index(
        "uq_ceremony_running",
        "ceremony",
        ["round_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(op.f("ix_enrolment_unit_id"), "enrolment", ["unit_id"], unique=False)


def downgrade():
    """Take the schema back to the revision before."""
    op.drop_index(op.f("ix_enrolment_unit_id"), table_name="enrolment")
    op.drop_index("uq_ceremony_running", table_name="ceremony")
    op.drop_table("ceremony")
