"""know the other machines: their keys, what waits on their disks, and whether the election has moved"""

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'


def upgrade() -> None:
    op.create_table(
        'server_keys',
        sa.Column('epoch', sa.Text(), nullable=False),
        sa.Column('name', sa.Text(), nullable=False),
        sa.Column('thumbprint', sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint('epoch', 'name', name=op.f('pk_server_keys')),
    )
    op.create_table(
        'spooled_photos',
        sa.Column('digest', sa.Text(), nullable=False),
        sa.Column('machine', sa.Text(), nullable=False),
        sa.Column('since_ms', sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint('digest', name=op.f('pk_spooled_photos')),
    )
    op.create_table(
        'moved',
        sa.Column('place', sa.Text(), nullable=False),
        sa.Column('at_ms', sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint('place', name=op.f('pk_moved')),
    )
