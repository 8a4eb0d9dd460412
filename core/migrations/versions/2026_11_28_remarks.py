"""Remarks of judges by criterion; people near to judges, and conflicts dismissed.

Revision: 71c0d9e4ab35
Follows: 9d3b5c7e1f42
Made: 2026-11-28 21:20:00
"""

import sqlalchemy as sa
from alembic import op
from core.db import UTCDateTime

revision = "71c0d9e4ab35"
down_revision = "9d3b5c7e1f42"
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
    _tie()
    _dismissal()


def _tie():
    op.create_table(
        "judge_tie",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("recorded_at", UTCDateTime(), nullable=False),
        sa.CheckConstraint("name <> '' OR place <> ''", name=op.f("ck_judge_tie_says_something")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_judge_tie_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"],
            ["judged_round.round_id"],
            name=op.f("fk_judge_tie_round_id_judged_round"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_judge_tie")),
    )
    with op.batch_alter_table("judge_tie", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_judge_tie_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_judge_tie_round_id"), ["round_id"], unique=False)


def _dismissal():
    cause = sa.Enum(
        "declared",
        "own_entry",
        "mentor",
        "same_unit",
        "superior_unit",
        "subordinate_unit",
        "near",
        "name_and_address",
        "same_name",
        name="cause",
        native_enum=False,
        length=40,
    )
    op.create_table(
        "conflict_dismissal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("cause", cause, nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=False),
        sa.Column("decided_at", UTCDateTime(), nullable=False),
        sa.CheckConstraint(
            "reason <> ''", name=op.f("ck_conflict_dismissal_dismissed_with_reason")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_conflict_dismissal_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"],
            ["account.id"],
            name=op.f("fk_conflict_dismissal_decided_by_id_account"),
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entry.id"], name=op.f("fk_conflict_dismissal_entry_id_entry")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conflict_dismissal")),
        sa.UniqueConstraint(
            "entry_id",
            "account_id",
            "cause",
            name=op.f("uq_conflict_dismissal_entry_id_account_id_cause"),
        ),
    )
    with op.batch_alter_table("conflict_dismissal", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_conflict_dismissal_account_id"), ["account_id"], unique=False
        )


def downgrade():
    """Take the schema back to the revision before."""
    op.drop_table("conflict_dismissal")
    op.drop_table("judge_tie")
    for table in ("sheet_draft", "sheet_version", "scoresheet"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_column("remarks")
