"""Prizes, who has them, and quotas of participation.

Revision: 6480c45a149c
Follows: 9774774691e8
Made: 2026-11-28 09:34:21.154324
"""

import sqlalchemy as sa
from alembic import op
from core.db import UTCDateTime

revision = "6480c45a149c"
down_revision = "a5ba01e7f8f8"
branch_labels = None
depends_on = None


def upgrade():
    """Bring the schema to this revision."""
    op.create_table(
        "quota",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=24), nullable=False),
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("groups", sa.JSON(), nullable=False),
        sa.Column("categories", sa.JSON(), nullable=False),
        sa.Column("one_stop", sa.Boolean(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=True),
        sa.Column("percent", sa.Integer(), nullable=True),
        sa.Column(
            "basis",
            sa.Enum("headcount", "roster", name="basis", native_enum=False, length=40),
            nullable=False,
        ),
        sa.CheckConstraint(
            "count IS NOT NULL OR percent IS NOT NULL", name=op.f("ck_quota_asks_something")
        ),
        sa.CheckConstraint("percent BETWEEN 1 AND 100", name=op.f("ck_quota_percent_of_a_hundred")),
        sa.ForeignKeyConstraint(
            ["contest_id"], ["contest.id"], name=op.f("fk_quota_contest_id_contest")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quota")),
        sa.UniqueConstraint("contest_id", "position", name=op.f("uq_quota_contest_id_position")),
        sa.UniqueConstraint("public_id", name=op.f("uq_quota_public_id")),
    )
    op.create_table(
        "prize_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=24), nullable=False),
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=True),
        sa.Column("block_id", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("individual", "collective", name="prizekind", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("title", sa.String(length=160), nullable=False),
        sa.Column("rule", sa.JSON(), nullable=False),
        sa.Column("seed", sa.String(length=64), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["block_id"], ["block.id"], name=op.f("fk_prize_rule_block_id_block")
        ),
        sa.ForeignKeyConstraint(
            ["contest_id"], ["contest.id"], name=op.f("fk_prize_rule_contest_id_contest")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_prize_rule_round_id_round")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prize_rule")),
        sa.UniqueConstraint(
            "contest_id", "position", name=op.f("uq_prize_rule_contest_id_position")
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_prize_rule_public_id")),
    )
    with op.batch_alter_table("prize_rule", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_prize_rule_round_id"), ["round_id"], unique=False)

    op.create_table(
        "award_list",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=24), nullable=False),
        sa.Column("rule_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "proposed",
                "agreed",
                "refused",
                "withdrawn",
                name="liststate",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("revokes", sa.Boolean(), nullable=False),
        sa.Column("rule_then", sa.JSON(), nullable=False),
        sa.Column("basis", sa.JSON(), nullable=False),
        sa.Column("derived", sa.JSON(), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("proposed_by_id", sa.Integer(), nullable=True),
        sa.Column("proposed_at", UTCDateTime(), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", UTCDateTime(), nullable=True),
        sa.Column("decided_for", sa.String(length=300), nullable=False),
        sa.CheckConstraint(
            "state NOT IN ('agreed', 'refused') OR (proposed_by_id IS NOT NULL AND decided_by_id IS NOT NULL)",
            name=op.f("ck_award_list_decided_by_two"),
        ),
        sa.CheckConstraint(
            "decided_by_id <> proposed_by_id", name=op.f("ck_award_list_two_people")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["account.id"], name=op.f("fk_award_list_decided_by_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"], ["account.id"], name=op.f("fk_award_list_proposed_by_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["rule_id"], ["prize_rule.id"], name=op.f("fk_award_list_rule_id_prize_rule")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_award_list")),
        sa.UniqueConstraint("public_id", name=op.f("uq_award_list_public_id")),
        sa.UniqueConstraint("rule_id", "number", name=op.f("uq_award_list_rule_id_number")),
    )
    with op.batch_alter_table("award_list", schema=None) as batch_op:
        batch_op.create_index(
            "uq_award_list_open",
            ["rule_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('draft', 'proposed')"),
            postgresql_where=sa.text("state IN ('draft', 'proposed')"),
        )

    op.create_table(
        "award",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=24), nullable=False),
        sa.Column("list_id", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=True),
        sa.Column("enrolment_id", sa.Integer(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column(
            "change",
            sa.Enum(
                "none",
                "chosen",
                "moved",
                "vacant",
                "further",
                name="change",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.CheckConstraint(
            "change = 'none' OR reason <> ''", name=op.f("ck_award_change_with_reason")
        ),
        sa.CheckConstraint(
            "enrolment_id IS NULL OR unit_id IS NULL", name=op.f("ck_award_one_holder")
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolment.id"], name=op.f("fk_award_enrolment_id_enrolment")
        ),
        sa.ForeignKeyConstraint(
            ["list_id"],
            ["award_list.id"],
            name=op.f("fk_award_list_id_award_list"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_award_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_award")),
        sa.UniqueConstraint(
            "list_id", "level", "number", name=op.f("uq_award_list_id_level_number")
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_award_public_id")),
    )
    with op.batch_alter_table("award", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_award_enrolment_id"), ["enrolment_id"], unique=False)


def downgrade():
    """Bring the schema back to the revision before."""
    with op.batch_alter_table("award", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_award_enrolment_id"))

    op.drop_table("award")
    with op.batch_alter_table("award_list", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_award_list_open",
            sqlite_where=sa.text("state IN ('draft', 'proposed')"),
            postgresql_where=sa.text("state IN ('draft', 'proposed')"),
        )

    op.drop_table("award_list")
    with op.batch_alter_table("prize_rule", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_prize_rule_round_id"))

    op.drop_table("prize_rule")
    op.drop_table("quota")
