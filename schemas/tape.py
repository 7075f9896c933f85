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


def sums_that_fail(figures: dict, votes: dict) -> list[str]:
    """Which sums of a tape do not hold: verified-over-registered, ballots, votes. Missing figures are not judged."""
    found = []
    registered, verified, ballots, valid, invalid = (figures.get(name) for name in FIGURES)
    if registered is not None and verified is not None and verified > registered:
        found.append("verified-over-registered")
    if ballots is not None and valid is not None and invalid is not None and ballots != valid + invalid:
        found.append("ballots")
    given = [value for value in votes.values() if value is not None]
    if valid is not None and given and sum(given) != valid:
        found.append("votes")
    return found


__all__ = ["COUNTS", "FIGURES", "FiguresSchema", "TapeSchema", "sums_that_fail"]
