"""A coordinator's finding on a report."""

from marshmallow import fields, validate

from schemas.base import BodySchema, short_text, whole_number

FINDINGS = ("uphold", "doubt", "correct")


class CorrectionSchema(BodySchema):
    """What a finding puts in place of the observer's value; only what is given is replaced."""

    station = short_text(64, allow_none=True)
    type = short_text(32)
    severity = whole_number(validate=validate.Range(1, 5))
    checklist = short_text(64)


class ReviewSchema(BodySchema):
    """`review`, in the server's own journal."""

    finding = fields.String(required=True, validate=validate.OneOf(FINDINGS))
    reason = fields.String(load_default="")
    value = fields.Nested(CorrectionSchema, allow_none=True)
