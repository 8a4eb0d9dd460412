"""Papers prepared before a sitting.

Revision: 56c972abfdb5
Follows: 3f0c7d51a9e2
Made: 2026-11-28 06:23:47.202941
"""

import sqlalchemy as sa
from alembic import op
from core.db import UTCDateTime

revision = "56c972abfdb5"
down_revision = "3f0c7d51a9e2"
branch_labels = None
depends_on = None


def upgrade():
    """Bring the schema to this revision."""
    op.create_table(
        "prepared_paper",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("seat_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=24), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("basis", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("document_digest", sa.String(length=64), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("prepared_at", UTCDateTime(), nullable=False),
        sa.Column("used_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["seat_id"],
            ["seat.id"],
            name=op.f("fk_prepared_paper_seat_id_seat"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prepared_paper")),
        sa.UniqueConstraint("public_id", name=op.f("uq_prepared_paper_public_id")),
        sa.UniqueConstraint("seat_id", name=op.f("uq_prepared_paper_seat_id")),
    )
    op.create_table(
        "prepared_slot",
        sa.Column("paper_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("item", "prediction", name="slotkind", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("version_id", sa.Integer(), nullable=True),
        sa.Column("option_order", sa.JSON(), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["paper_id"],
            ["prepared_paper.id"],
            name=op.f("fk_prepared_slot_paper_id_prepared_paper"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["item_version.id"],
            name=op.f("fk_prepared_slot_version_id_item_version"),
        ),
        sa.PrimaryKeyConstraint("paper_id", "position", name=op.f("pk_prepared_slot")),
    )
    with op.batch_alter_table("prepared_slot", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_prepared_slot_version_id"), ["version_id"], unique=False
        )


def downgrade():
    """Bring the schema back to the revision before."""
    with op.batch_alter_table("prepared_slot", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_prepared_slot_version_id"))

    op.drop_table("prepared_slot")
    op.drop_table("prepared_paper")
