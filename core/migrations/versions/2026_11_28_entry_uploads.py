"""entry uploads.

Revision: c3e7a91d40b6
Follows: 16ee541fb055
Made: 2026-11-28 17:02:00
"""

import sqlalchemy as sa
from alembic import op
from core.db import UTCDateTime

revision = "c3e7a91d40b6"
down_revision = "16ee541fb055"
branch_labels = None
depends_on = None


def upgrade():
    """Bring the schema to this revision."""
    with op.batch_alter_table("entry_category", schema=None) as batch_op:
        batch_op.add_column(sa.Column("late_until", UTCDateTime(), nullable=True))
        batch_op.create_check_constraint(
            op.f("ck_entry_category_late_after_close"), "late_until > closes_at"
        )

    with op.batch_alter_table("entry_file", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("field", sa.String(length=24), nullable=False, server_default="")
        )
        batch_op.add_column(
            sa.Column("is_clear", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.create_index(batch_op.f("ix_entry_file_redacts_id"), ["redacts_id"], unique=False)
    with op.batch_alter_table("entry_file", schema=None) as batch_op:
        batch_op.alter_column("field", server_default=None)
        batch_op.alter_column("is_clear", server_default=None)

    op.create_table(
        "upload",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=24), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(length=24), nullable=False),
        sa.Column("redacts_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("received", sa.BigInteger(), nullable=False),
        sa.Column("modified", sa.BigInteger(), nullable=False),
        sa.Column("begun_at", UTCDateTime(), nullable=False),
        sa.Column("touched_at", UTCDateTime(), nullable=False),
        sa.Column("finished_at", UTCDateTime(), nullable=True),
        sa.Column("file_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("size >= 1", name=op.f("ck_upload_has_a_size")),
        sa.CheckConstraint("received BETWEEN 0 AND size", name=op.f("ck_upload_received_in_part")),
        sa.CheckConstraint(
            "(finished_at IS NULL) = (file_id IS NULL)",
            name=op.f("ck_upload_finished_as_a_file"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_upload_account_id_account")
        ),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_upload_entry_id_entry")),
        sa.ForeignKeyConstraint(
            ["file_id"], ["entry_file.id"], name=op.f("fk_upload_file_id_entry_file")
        ),
        sa.ForeignKeyConstraint(
            ["redacts_id"], ["entry_file.id"], name=op.f("fk_upload_redacts_id_entry_file")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload")),
        sa.UniqueConstraint("public_id", name=op.f("uq_upload_public_id")),
    )
    with op.batch_alter_table("upload", schema=None) as batch_op:
        batch_op.create_index("ix_upload_entry", ["entry_id", "account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_upload_touched_at"), ["touched_at"], unique=False)


def downgrade():
    """Bring the schema back to the revision before."""
    op.drop_table("upload")
    with op.batch_alter_table("entry_file", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_entry_file_redacts_id"))
        batch_op.drop_column("is_clear")
        batch_op.drop_column("field")
    with op.batch_alter_table("entry_category", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_entry_category_late_after_close"), type_="check")
        batch_op.drop_column("late_until")
