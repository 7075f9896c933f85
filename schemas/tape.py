"""A results tape: the printed slip, as one observer photographed and typed it."""

from marshmallow import fields, validate

from schemas.base import BodySchema, paper_count, short_text

COUNTS = ("machine", "manual")
FIGURES = ("registered", "verified", "ballots", "valid", "invalid")


class FiguresSchema(BodySchema):
    """Numbers of voters and papers; any of them may be missing."""

    registered = paper_count()
    verified = paper_count()
    ballots = paper_count()
    valid = paper_count()
    invalid = paper_count()


class TapeSchema(BodySchema):
    """`tape.submit`. `votes` maps a list's code to its votes, `pages` names the photos in order."""

    station = short_text(64, required=True)
    count = fields.String(required=True, validate=validate.OneOf(COUNTS))
    figures = fields.Nested(FiguresSchema, load_default=dict)
    votes = fields.Dict(keys=fields.String(), values=paper_count(), load_default=dict)
    pages = fields.List(fields.String(), load_default=list)
    captured = fields.String(load_default="here")
