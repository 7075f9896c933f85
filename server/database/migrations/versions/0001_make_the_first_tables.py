"""make the first tables"""

import sqlalchemy as sa
from alembic import op

revision = '0001'
down_revision = None


def upgrade() -> None:
    op.create_table('assignments',
    sa.Column('observer', sa.Text(), nullable=False),
    sa.Column('station', sa.Text(), nullable=False),
    sa.Column('organisation', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('observer', 'station', name=op.f('pk_assignments'))
    )
    op.create_index(op.f('ix_assignments_organisation'), 'assignments', ['organisation'], unique=False)
    op.create_index(op.f('ix_assignments_station'), 'assignments', ['station'], unique=False)
    op.create_table('centres',
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('governorate', sa.Text(), nullable=False),
    sa.Column('name_ar', sa.Text(), nullable=False),
    sa.Column('name_ckb', sa.Text(), nullable=False),
    sa.Column('name_en', sa.Text(), nullable=False),
    sa.Column('longitude_e6', sa.Integer(), nullable=True),
    sa.Column('latitude_e6', sa.Integer(), nullable=True),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_centres'))
    )
    op.create_index(op.f('ix_centres_governorate'), 'centres', ['governorate'], unique=False)
    op.create_table('checkouts',
    sa.Column('organisation', sa.Text(), nullable=False),
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('staff', sa.Text(), nullable=False),
    sa.Column('until_ms', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('organisation', 'subject', name=op.f('pk_checkouts'))
    )
    op.create_table('claims',
    sa.Column('idx', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('organisation', sa.Text(), nullable=False),
    sa.Column('author', sa.Text(), nullable=False),
    sa.Column('device', sa.Text(), nullable=False),
    sa.Column('seq', sa.BigInteger(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('refs', sa.Text(), nullable=False),
    sa.Column('flaw', sa.Text(), nullable=True),
    sa.Column('bucket', sa.Text(), nullable=False),
    sa.Column('why', sa.Text(), nullable=True),
    sa.Column('received_ms', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('idx', name=op.f('pk_claims'))
    )
    op.create_index(op.f('ix_claims_device_bucket'), 'claims', ['device', 'bucket'], unique=False)
    op.create_index(op.f('ix_claims_id'), 'claims', ['id'], unique=False)
    op.create_index(op.f('ix_claims_organisation_bucket_idx'), 'claims', ['organisation', 'bucket', 'idx'], unique=False)
    op.create_index(op.f('ix_claims_subject'), 'claims', ['subject'], unique=False)
    op.create_table('contacts',
    sa.Column('device', sa.Text(), nullable=False),
    sa.Column('last_ms', sa.BigInteger(), nullable=False),
    sa.Column('app', sa.Text(), nullable=False),
    sa.Column('waiting_entries', sa.BigInteger(), nullable=True),
    sa.Column('waiting_photos', sa.BigInteger(), nullable=True),
    sa.PrimaryKeyConstraint('device', name=op.f('pk_contacts'))
    )
    op.create_table('covered',
    sa.Column('scope', sa.Text(), nullable=False),
    sa.Column('station', sa.Text(), nullable=False),
    sa.Column('governorate', sa.Text(), nullable=False),
    sa.Column('quarter', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('scope', 'station', name=op.f('pk_covered'))
    )
    op.create_index(op.f('ix_covered_scope_governorate_quarter'), 'covered', ['scope', 'governorate', 'quarter'], unique=False)
    op.create_table('devices',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('jwk', sa.Text(), nullable=False),
    sa.Column('observer', sa.Text(), nullable=False),
    sa.Column('organisation', sa.Text(), nullable=False),
    sa.Column('token_digest', sa.Text(), nullable=False),
    sa.Column('enrolled_ms', sa.BigInteger(), nullable=False),
    sa.Column('revoked_ms', sa.BigInteger(), nullable=True),
    sa.Column('revoked_heads', sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_devices')),
    sa.UniqueConstraint('token_digest', name=op.f('uq_devices_token_digest'))
    )
    op.create_index(op.f('ix_devices_observer'), 'devices', ['observer'], unique=False)
    op.create_table('election',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('epoch', sa.Text(), nullable=False),
    sa.Column('name_ar', sa.Text(), nullable=False),
    sa.Column('name_ckb', sa.Text(), nullable=False),
    sa.Column('name_en', sa.Text(), nullable=False),
    sa.Column('date', sa.Text(), nullable=False),
    sa.Column('midnight_ms', sa.BigInteger(), nullable=False),
    sa.Column('opens_ms', sa.BigInteger(), nullable=False),
    sa.Column('closes_ms', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_election'))
    )
    op.create_table('enrolment_codes',
    sa.Column('code_digest', sa.Text(), nullable=False),
    sa.Column('observer', sa.Text(), nullable=False),
    sa.Column('expires_ms', sa.BigInteger(), nullable=False),
    sa.Column('device', sa.Text(), nullable=True),
    sa.Column('made_by', sa.Text(), nullable=False),
    sa.Column('cancelled', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('code_digest', name=op.f('pk_enrolment_codes'))
    )
    op.create_index(op.f('ix_enrolment_codes_observer'), 'enrolment_codes', ['observer'], unique=False)
    op.create_table('entries',
    sa.Column('idx', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('device', sa.Text(), nullable=False),
    sa.Column('seq', sa.BigInteger(), nullable=False),
    sa.Column('prev', sa.Text(), nullable=False),
    sa.Column('header', sa.LargeBinary(), nullable=False),
    sa.Column('signature', sa.Text(), nullable=False),
    sa.Column('body', sa.LargeBinary(), nullable=True),
    sa.Column('leaf', sa.LargeBinary(), nullable=False),
    sa.Column('flaw', sa.Text(), nullable=True),
    sa.Column('carrier', sa.Text(), nullable=False),
    sa.Column('received_ms', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('idx', name=op.f('pk_entries')),
    sa.UniqueConstraint('id', name=op.f('uq_entries_id'))
    )
    op.create_index(op.f('ix_entries_device_seq'), 'entries', ['device', 'seq'], unique=False)
    op.create_table('fold',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('next_index', sa.BigInteger(), nullable=False),
    sa.Column('as_of_ms', sa.BigInteger(), nullable=False),
    sa.Column('version', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_fold'))
    )
    op.create_table('held',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('device', sa.Text(), nullable=False),
    sa.Column('carrier', sa.Text(), nullable=False),
    sa.Column('header', sa.LargeBinary(), nullable=False),
    sa.Column('signature', sa.Text(), nullable=False),
    sa.Column('body', sa.LargeBinary(), nullable=False),
    sa.Column('received_ms', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_held'))
    )
    op.create_index(op.f('ix_held_carrier'), 'held', ['carrier'], unique=False)
    op.create_index(op.f('ix_held_device'), 'held', ['device'], unique=False)
    op.create_table('imports',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('organisation', sa.Text(), nullable=False),
    sa.Column('staff', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('file_name', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('total', sa.BigInteger(), nullable=False),
    sa.Column('done', sa.BigInteger(), nullable=False),
    sa.Column('report', sa.Text(), nullable=False),
    sa.Column('created_ms', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_imports'))
    )
    op.create_index(op.f('ix_imports_organisation_created_ms'), 'imports', ['organisation', 'created_ms'], unique=False)
    op.create_table('inbox',
    sa.Column('observer', sa.Text(), nullable=False),
    sa.Column('idx', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.PrimaryKeyConstraint('observer', 'idx', name=op.f('pk_inbox'))
    )
    op.create_table('incident_counts',
    sa.Column('scope', sa.Text(), nullable=False),
    sa.Column('grain', sa.Text(), nullable=False),
    sa.Column('type', sa.Text(), nullable=False),
    sa.Column('severity', sa.Integer(), nullable=False),
    sa.Column('quarter', sa.Integer(), nullable=False),
    sa.Column('finding', sa.Text(), nullable=False),
    sa.Column('governorate', sa.Text(), nullable=False),
    sa.Column('organisation', sa.Text(), nullable=False),
    sa.Column('incidents', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('scope', 'grain', 'type', 'severity', 'quarter', 'finding', 'governorate', 'organisation', name=op.f('pk_incident_counts')),
    sqlite_with_rowid=False,
    )
    op.create_table('journals',
    sa.Column('device', sa.Text(), nullable=False),
    sa.Column('entries', sa.BigInteger(), nullable=False),
    sa.Column('last_seq', sa.BigInteger(), nullable=False),
    sa.Column('is_forked', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('device', name=op.f('pk_journals'))
    )
    op.create_table('limits',
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('level', sa.BigInteger(), nullable=False),
    sa.Column('changed_ms', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('name', 'key', name=op.f('pk_limits'))
    )
    op.create_table('marks',
    sa.Column('number', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('device', sa.Text(), nullable=False),
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('bucket', sa.Text(), nullable=False),
    sa.Column('why', sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_marks'))
    )
    op.create_index(op.f('ix_marks_device_number'), 'marks', ['device', 'number'], unique=False)
    op.create_table('named_photos',
    sa.Column('digest', sa.Text(), nullable=False),
    sa.Column('idx', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('device', sa.Text(), nullable=False),
    sa.Column('organisation', sa.Text(), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('media_type', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('digest', 'idx', name=op.f('pk_named_photos'))
    )
    op.create_index(op.f('ix_named_photos_device'), 'named_photos', ['device'], unique=False)
    op.create_index(op.f('ix_named_photos_idx'), 'named_photos', ['idx'], unique=False)
    op.create_table('observers',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('organisation', sa.Text(), nullable=False),
    sa.Column('badge', sa.Text(), nullable=False),
    sa.Column('governorate', sa.Text(), nullable=False),
    sa.Column('created_ms', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_observers'))
    )
    op.create_index(op.f('ix_observers_organisation_badge'), 'observers', ['organisation', 'badge'], unique=True)
    op.create_table('organisations',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('name_ar', sa.Text(), nullable=False),
    sa.Column('name_ckb', sa.Text(), nullable=False),
    sa.Column('name_en', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_organisations'))
    )
    op.create_table('photos',
    sa.Column('digest', sa.Text(), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('stored_ms', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('digest', name=op.f('pk_photos'))
    )
    op.create_table('releases',
    sa.Column('scope', sa.Text(), nullable=False),
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('idx', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('scope', 'subject', name=op.f('pk_releases'))
    )
    op.create_table('reports',
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('author', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('organisation', sa.Text(), nullable=False),
    sa.Column('device', sa.Text(), nullable=False),
    sa.Column('first_index', sa.BigInteger(), nullable=False),
    sa.Column('last_index', sa.BigInteger(), nullable=False),
    sa.Column('received_ms', sa.BigInteger(), nullable=False),
    sa.Column('heads', sa.Text(), nullable=False),
    sa.Column('is_conflicted', sa.Boolean(), nullable=False),
    sa.Column('disputes', sa.Integer(), nullable=False),
    sa.Column('status', sa.Text(), nullable=False),
    sa.Column('why', sa.Text(), nullable=True),
    sa.Column('finding', sa.Text(), nullable=False),
    sa.Column('is_finding_stale', sa.Boolean(), nullable=False),
    sa.Column('station', sa.Text(), nullable=True),
    sa.Column('governorate', sa.Text(), nullable=True),
    sa.Column('at_ms', sa.BigInteger(), nullable=True),
    sa.Column('quarter', sa.Integer(), nullable=False),
    sa.Column('type', sa.Text(), nullable=True),
    sa.Column('phase', sa.Text(), nullable=True),
    sa.Column('severity', sa.Integer(), nullable=False),
    sa.Column('is_escalated', sa.Boolean(), nullable=False),
    sa.Column('photos', sa.Integer(), nullable=False),
    sa.Column('flags', sa.Text(), nullable=False),
    sa.Column('search', sa.Text(), nullable=False),
    sa.Column('value', sa.Text(), nullable=False),
    sa.Column('released_to', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('subject', 'author', 'kind', name=op.f('pk_reports'))
    )
    op.create_index(op.f('ix_reports_author_station'), 'reports', ['author', 'station'], unique=False)
    op.create_index(op.f('ix_reports_organisation_kind_governorate_status'), 'reports', ['organisation', 'kind', 'governorate', 'status'], unique=False)
    op.create_index(op.f('ix_reports_organisation_kind_status_first_index'), 'reports', ['organisation', 'kind', 'status', 'first_index'], unique=False)
    op.create_index(op.f('ix_reports_station_kind'), 'reports', ['station', 'kind'], unique=False)
    op.create_table('signature_checks',
    sa.Column('idx', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('is_valid', sa.Boolean(), nullable=True),
    sa.Column('later_signature', sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint('idx', name=op.f('pk_signature_checks'))
    )
    op.create_table('staff',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('organisation', sa.Text(), nullable=False),
    sa.Column('role', sa.Text(), nullable=False),
    sa.Column('password_hash', sa.Text(), nullable=False),
    sa.Column('language', sa.Text(), nullable=False),
    sa.Column('disabled', sa.Boolean(), nullable=False),
    sa.Column('created_ms', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_staff')),
    sa.UniqueConstraint('name', name=op.f('uq_staff_name'))
    )
    op.create_table('staff_sessions',
    sa.Column('token_digest', sa.Text(), nullable=False),
    sa.Column('staff', sa.Text(), nullable=False),
    sa.Column('csrf', sa.Text(), nullable=False),
    sa.Column('created_ms', sa.BigInteger(), nullable=False),
    sa.Column('seen_ms', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('token_digest', name=op.f('pk_staff_sessions'))
    )
    op.create_index(op.f('ix_staff_sessions_staff'), 'staff_sessions', ['staff'], unique=False)
    op.create_table('staff_tokens',
    sa.Column('token_digest', sa.Text(), nullable=False),
    sa.Column('staff', sa.Text(), nullable=False),
    sa.Column('label', sa.Text(), nullable=False),
    sa.Column('created_ms', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('token_digest', name=op.f('pk_staff_tokens'))
    )
    op.create_index(op.f('ix_staff_tokens_staff'), 'staff_tokens', ['staff'], unique=False)
    op.create_table('stations',
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('centre', sa.Text(), nullable=False),
    sa.Column('number', sa.Text(), nullable=False),
    sa.Column('governorate', sa.Text(), nullable=False),
    sa.Column('registered', sa.Integer(), nullable=True),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_stations'))
    )
    op.create_index(op.f('ix_stations_centre'), 'stations', ['centre'], unique=False)
    op.create_index(op.f('ix_stations_governorate'), 'stations', ['governorate'], unique=False)
    op.create_table('visit_counts',
    sa.Column('scope', sa.Text(), nullable=False),
    sa.Column('organisation', sa.Text(), nullable=False),
    sa.Column('governorate', sa.Text(), nullable=False),
    sa.Column('quarter', sa.Integer(), nullable=False),
    sa.Column('visits', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('scope', 'organisation', 'governorate', 'quarter', name=op.f('pk_visit_counts'))
    )
    op.create_table('visits',
    sa.Column('scope', sa.Text(), nullable=False),
    sa.Column('observer', sa.Text(), nullable=False),
    sa.Column('station', sa.Text(), nullable=False),
    sa.Column('organisation', sa.Text(), nullable=False),
    sa.Column('governorate', sa.Text(), nullable=False),
    sa.Column('quarter', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('scope', 'observer', 'station', name=op.f('pk_visits'))
    )
    op.create_index(op.f('ix_visits_scope_station'), 'visits', ['scope', 'station'], unique=False)
