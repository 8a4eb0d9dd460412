"""sheet drafts.

Revision: 3c5e0a9d7b41
Follows: b7d41c0e92fa
Made: 2026-11-28 17:01:12.000000
"""

import sqlalchemy as sa
from alembic import op
from core.db import UTCDateTime

revision = "3c5e0a9d7b41"
down_revision = "b7d41c0e92fa"
branch_labels = None
depends_on = None


def upgrade():
    """Bring the schema to this revision."""
    op.create_table(
        "sheet_draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sheet_id", sa.Integer(), nullable=False),
        sa.Column("device", sa.String(length=24), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("base", sa.Integer(), nullable=False),
        sa.Column("marks", sa.JSON(), nullable=False),
        sa.Column("public_note", sa.Text(), nullable=False),
        sa.Column("private_note", sa.Text(), nullable=False),
        sa.Column("signs", sa.Boolean(), nullable=False),
        sa.Column(
            "fate",
            sa.Enum("kept", "older", "apart", "locked", name="fate", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("received_at", UTCDateTime(), nullable=False),
        sa.CheckConstraint("sequence > base", name=op.f("ck_sheet_draft_after_what_it_knew")),
        sa.ForeignKeyConstraint(
            ["sheet_id"], ["scoresheet.id"], name=op.f("fk_sheet_draft_sheet_id_scoresheet")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sheet_draft")),
        sa.UniqueConstraint(
            "sheet_id",
            "device",
            "sequence",
            name=op.f("uq_sheet_draft_sheet_id_device_sequence"),
        ),
    )
    op.create_table(
        "paper_typing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sheet_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("typist_id", sa.Integer(), nullable=False),
        sa.Column("marks", sa.JSON(), nullable=False),
        sa.Column("public_note", sa.Text(), nullable=False),
        sa.Column("typed_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["sheet_id"], ["scoresheet.id"], name=op.f("fk_paper_typing_sheet_id_scoresheet")
        ),
        sa.ForeignKeyConstraint(
            ["typist_id"], ["account.id"], name=op.f("fk_paper_typing_typist_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_typing")),
        sa.UniqueConstraint(
            "sheet_id",
            "number",
            "typist_id",
            name=op.f("uq_paper_typing_sheet_id_number_typist_id"),
        ),
    )
    with op.batch_alter_table("paper_typing", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_paper_typing_typist_id"), ["typist_id"], unique=False)


def downgrade():
    """Take the schema back to the revision before."""
    with op.batch_alter_table("paper_typing", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_paper_typing_typist_id"))
    op.drop_table("paper_typing")
    op.drop_table("sheet_draft")
