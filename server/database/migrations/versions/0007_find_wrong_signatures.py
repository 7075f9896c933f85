"""find the few signatures that turned out wrong among a million that did not"""

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'


def upgrade() -> None:
    op.create_index('ix_signature_checks_wrong', 'signature_checks', ['idx'], unique=False,
    sqlite_where=sa.text('is_valid IS 0'), postgresql_where=sa.text('is_valid IS false')
    )
