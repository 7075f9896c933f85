"""Something that should not have happened, as an observer reports it."""

from marshmallow import fields, validate

from schemas.base import BodySchema, position, short_text, whole_number

BASES = ("direct", "heard", "document", "media")
CAPTURED = ("here", "paper")


class IncidentSchema(BodySchema):
    """`incident.report`. `station` may be missing where a place is given."""

    station = short_text(64, required=True, allow_none=True)
    type = short_text(32, required=True)
    severity = whole_number(required=True, validate=validate.Range(1, 5))
    occurred_ms = whole_number(required=True)
    text = fields.String(load_default="")
    place = position()
    basis = fields.String(validate=validate.OneOf(BASES), load_default="direct")
    captured = fields.String(validate=validate.OneOf(CAPTURED), load_default="here")
