"""True values fixed by hand, one for each block, predictions sent after handing in, prizes by a table.

Revision: b7d41c0e92fa
Follows: 3d0c5e8a71b2
Made: 2026-11-28 13:10:12.402118
"""

import json

import sqlalchemy as sa
from alembic import op
from core.db import UTCDateTime

revision = "b7d41c0e92fa"
down_revision = "3d0c5e8a71b2"
branch_labels = None
depends_on = None

_ROUND = sa.table(
    "round",
    sa.column("id", sa.Integer()),
    sa.column("actual_by_hand", sa.BigInteger()),
    sa.column("fixed_actuals", sa.JSON()),
)


def upgrade():
    """Bring the schema to this revision."""
    with op.batch_alter_table("round", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("fixed_actuals", sa.JSON(), server_default="{}", nullable=False)
        )
    kept = op.get_bind().execute(
        sa.select(_ROUND.c.id, _ROUND.c.actual_by_hand).where(_ROUND.c.actual_by_hand.is_not(None))
    )
    for row in kept.all():
        op.execute(
            _ROUND.update()
            .where(_ROUND.c.id == row.id)
            .values(fixed_actuals={"": row.actual_by_hand})
        )
    with op.batch_alter_table("round", schema=None) as batch_op:
        batch_op.drop_column("actual_by_hand")
    op.create_table(
        "sent_prediction",
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("answer", sa.String(length=20), nullable=False),
        sa.Column("received_at", UTCDateTime(), nullable=False),
        sa.Column("receipt", sa.String(length=16), nullable=False),
        sa.Column("key_id", sa.String(length=8), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempt.id"], name=op.f("fk_sent_prediction_attempt_id_attempt")
        ),
        sa.PrimaryKeyConstraint("attempt_id", name=op.f("pk_sent_prediction")),
    )
    with op.batch_alter_table("prize_rule", schema=None) as batch_op:
        batch_op.add_column(sa.Column("table_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_prize_rule_table_id"), ["table_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_prize_rule_table_id_overall_table"),
            "overall_table",
            ["table_id"],
            ["id"],
        )
        batch_op.create_check_constraint(
            op.f("ck_prize_rule_one_ranking"), "round_id IS NULL OR table_id IS NULL"
        )


def downgrade():
    """Bring the schema back to the revision before; values of single blocks are lost."""
    with op.batch_alter_table("prize_rule", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_prize_rule_one_ranking"), type_="check")
        batch_op.drop_constraint(
            batch_op.f("fk_prize_rule_table_id_overall_table"), type_="foreignkey"
        )
        batch_op.drop_index(batch_op.f("ix_prize_rule_table_id"))
        batch_op.drop_column("table_id")
    op.drop_table("sent_prediction")
    with op.batch_alter_table("round", schema=None) as batch_op:
        batch_op.add_column(sa.Column("actual_by_hand", sa.BigInteger(), nullable=True))
    for row in op.get_bind().execute(sa.select(_ROUND.c.id, _ROUND.c.fixed_actuals)).all():
        kept = row.fixed_actuals
        value = (json.loads(kept) if isinstance(kept, str) else kept).get("")
        if value is not None:
            op.execute(_ROUND.update().where(_ROUND.c.id == row.id).values(actual_by_hand=value))
    with op.batch_alter_table("round", schema=None) as batch_op:
        batch_op.drop_column("fixed_actuals")
