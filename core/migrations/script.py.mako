"""${message}.

Revision: ${up_revision}
Follows: ${down_revision or "nothing"}
Made: ${create_date}
"""

import sqlalchemy as sa
from alembic import op
${imports if imports else ""}

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade():
    """Bring the schema to this revision."""
    ${upgrades if upgrades else "pass"}


def downgrade():
    """Bring the schema back to the revision before."""
    ${downgrades if downgrades else "pass"}
