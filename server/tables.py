"""Every table in one import, for migrations and for rebuilding."""

from server.database import backups, cosigned, db, entries, log, machines, organisations, register, roster
from server.projections import claims, countersigned, counts, inbox, reports

RECORD = (organisations, register, roster, entries, log, backups, machines, cosigned)
PROJECTIONS = (
    claims.ClaimRow,
    claims.FoldRow,
    reports.ReportRow,
    reports.ReleaseRow,
    counts.IncidentCountRow,
    counts.VisitRow,
    counts.VisitCountRow,
    counts.CoveredRow,
    inbox.InboxRow,
    inbox.AssignmentRow,
    countersigned.CountersignedRow,
)
METADATA = db.metadata
