"""One stay of one observer at one station."""

from schemas.base import BodySchema, short_text, whole_number


class VisitSchema(BodySchema):
    """`visit.open` and `visit.close`."""

    station = short_text(64, required=True)
    at_ms = whole_number(required=True)
