"""What every body has in common, and how it is read: strictly in type, tolerantly in what it does not know."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import INCLUDE, Schema, ValidationError, fields, validate

# 2^53 - 1: the largest integer that JavaScript and every JSON parser agree on.
LARGEST_INTEGER = 2**53 - 1


class BodySchema(Schema):
    """A body of some kind; fields that a newer phone adds are kept."""

    class Meta:
        unknown = INCLUDE

    salt = fields.String()


class WrongBody(ValueError):
    """A body that is not of its kind; `fields` names what is amiss."""

    code = "malformed-body"

    def __init__(self, names: list[str]) -> None:
        super().__init__(", ".join(names))
        self.fields = names


def whole_number(**options: Any) -> fields.Integer:
    """A whole number as JSON writes it: no text, no fraction, no truth value."""
    options.setdefault("validate", validate.Range(-LARGEST_INTEGER, LARGEST_INTEGER))
    return StrictInteger(strict=True, **options)


class StrictInteger(fields.Integer):
    def _deserialize(self, value, attr, data, **kwargs):
        if type(value) is not int:
            raise self.make_error("invalid")
        return value


def short_text(longest: int, **options: Any) -> fields.String:
    return fields.String(validate=validate.Length(max=longest), **options)


def paper_count(**options: Any) -> fields.Integer:
    """A number of people or papers in one station; a million is a slip of the finger, kept as typed."""
    return whole_number(validate=validate.Range(0, LARGEST_INTEGER), allow_none=True, **options)


def position(**options: Any) -> fields.List:
    """[longitude_e6, latitude_e6, accuracy_m] in millionths of a degree and metres."""
    return fields.List(whole_number(), validate=validate.Length(equal=3), allow_none=True, **options)


def read(schema: Schema, body: Mapping[str, Any]) -> dict[str, Any]:
    """The body as `schema` describes it. Raises WrongBody."""
    try:
        return schema.load(body)
    except ValidationError as error:
        raise WrongBody(sorted(map(str, error.normalized_messages()))) from error
