"""know by which rules the projections were folded"""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'


def upgrade() -> None:
    op.add_column('fold', sa.Column('rules', sa.Text(), nullable=True))
