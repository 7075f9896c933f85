"""keep what outside witnesses said of the log"""

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'


def upgrade() -> None:
    op.create_table(
        'cosigned',
        sa.Column('size', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('note', sa.Text(), nullable=False),
        sa.Column('witnesses', sa.Text(), nullable=False),
        sa.Column('at_ms', sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint('size'),
    )
    op.create_table(
        'witnesses',
        sa.Column('name', sa.Text(), nullable=False),
        sa.Column('size', sa.BigInteger(), nullable=False),
        sa.Column('cosigned_ms', sa.BigInteger(), nullable=True),
        sa.Column('fault', sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint('name'),
    )
