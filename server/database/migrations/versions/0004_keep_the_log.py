"""keep the tiles and the head of the log"""

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'


def upgrade() -> None:
    op.create_table(
        'log_tiles',
        sa.Column('level', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('number', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('hashes', sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint('level', 'number'),
    )
    op.create_table(
        'log_head',
        sa.Column('origin', sa.Text(), nullable=False),
        sa.Column('size', sa.BigInteger(), nullable=False),
        sa.Column('root', sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint('origin'),
    )
