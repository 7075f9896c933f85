"""What an observer's phone is given of the pack."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from server.packs.shape import Checklist, Governorate, IncidentType, Pack, Question


def public_pack(pack: Pack) -> dict[str, Any]:
    """The `pack` object of the enrolment answer, before the observer's own stations are added."""
    return {
        "id": pack.id,
        "version": pack.version,
        "labels_reviewed": pack.labels_reviewed,
        "settings": dict(pack.settings),
        "governorates": [_governorate(governorate) for governorate in pack.governorates],
        "incident_groups": [{"code": group.code, "name": dict(group.name)} for group in pack.incident_groups],
        "incident_types": [_incident_type(incident_type) for incident_type in pack.incident_types],
        "checklists": [_checklist(checklist) for checklist in pack.checklists],
    }


def _governorate(governorate: Governorate) -> dict[str, Any]:
    return {
        "code": governorate.code,
        "name": dict(governorate.name),
        "tile": list(governorate.tile),
        "label": list(governorate.label),
    }


def _incident_type(incident_type: IncidentType) -> dict[str, Any]:
    return {
        "code": incident_type.code,
        "group": incident_type.group,
        "phase": incident_type.phase,
        "severity": incident_type.severity,
        "impact": incident_type.impact,
        "escalate": incident_type.escalate,
        "photo": incident_type.photo,
        "label": dict(incident_type.label),
    }


def _checklist(checklist: Checklist) -> dict[str, Any]:
    return {
        "id": checklist.id,
        "phase": checklist.phase,
        "name": dict(checklist.name),
        "questions": [_question(question) for question in checklist.questions],
    }


def _question(question: Question) -> dict[str, Any]:
    return {
        "id": question.id,
        "label": dict(question.label),
        "type": question.type,
        "options": [{"value": option.value, "label": dict(option.label)} for option in question.options],
        "expected": question.expected,
        "critical": question.critical,
        "incident": question.incident,
        "show_if": None if question.show_if is None else dict(question.show_if),
    }
