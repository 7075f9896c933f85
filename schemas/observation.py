"""A checklist as one observer filled it in."""

from marshmallow import fields

from schemas.base import BodySchema, short_text, whole_number


class ObservationSchema(BodySchema):
    """`observation.submit`. `answers` maps a question's id to what was answered, in the question's own type."""

    station = short_text(64, required=True)
    checklist = short_text(64, required=True)
    answers = fields.Dict(keys=fields.String(), required=True)
    started_ms = whole_number(required=True)
    ended_ms = whole_number(allow_none=True)
    captured = fields.String(load_default="here")
