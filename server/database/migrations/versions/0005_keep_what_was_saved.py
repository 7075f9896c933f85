"""keep what was saved elsewhere, and who handed over to this server"""

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'


def upgrade() -> None:
    op.create_table(
        'backups',
        sa.Column('number', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('epoch', sa.Text(), nullable=False),
        sa.Column('taken_ms', sa.BigInteger(), nullable=False),
        sa.Column('verified_ms', sa.BigInteger(), nullable=False),
        sa.Column('size', sa.BigInteger(), nullable=False),
        sa.Column('root', sa.LargeBinary(), nullable=False),
        sa.Column('photos', sa.BigInteger(), nullable=False),
        sa.Column('missing_photos', sa.BigInteger(), nullable=False),
        sa.Column('destination', sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint('number'),
    )
    op.create_table(
        'saved_photos',
        sa.Column('digest', sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint('digest'),
    )
    op.create_table(
        'handovers',
        sa.Column('number', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('made_ms', sa.BigInteger(), nullable=False),
        sa.Column('note', sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint('number'),
    )
