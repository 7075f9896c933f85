"""find visits by their pair and unchecked signatures at once"""

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'


def upgrade() -> None:
    op.create_index(op.f('ix_visits_observer_station'), 'visits', ['observer', 'station'], unique=False)
    op.create_index(op.f('ix_signature_checks_idx'), 'signature_checks', ['idx'], unique=False,
    sqlite_where=sa.text('is_valid IS NULL'), postgresql_where=sa.text('is_valid IS NULL')
    )
