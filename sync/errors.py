"""Every reason for which an entry is refused or set aside, each with a code that never changes."""

# Refused: nothing of it is stored, because what was signed cannot be established.
NOT_TEXT = "not-text"
TOO_LARGE = "too-large"
TOO_DEEP = "too-deep"
NOT_JSON = "not-json"
NO_AUTHOR = "no-author"
WRONG_DIGEST = "wrong-digest"
BAD_SIGNATURE = "bad-signature"

# Held: kept apart until the author is enrolled.
UNKNOWN_DEVICE = "unknown-device"

# Quarantined: signed and stored, but kept out of every figure until a person has looked.
WRONG_VERSION = "wrong-version"
WRONG_ELECTION = "wrong-election"
BAD_SEQUENCE = "bad-sequence"
MALFORMED_HEADER = "malformed-header"
DUPLICATE_KEYS = "duplicate-keys"
NUMBER = "number"
CONTROL_CHARACTER = "control-character"
LONE_SURROGATE = "lone-surrogate"
NO_SALT = "no-salt"
REVOKED_DEVICE = "revoked-device"

REFUSALS = (NOT_TEXT, TOO_LARGE, TOO_DEEP, NOT_JSON, NO_AUTHOR, WRONG_DIGEST, BAD_SIGNATURE)

# The order in which flaws are listed; the first one found is the reason that is shown.
FLAWS = (
    WRONG_VERSION,
    WRONG_ELECTION,
    BAD_SEQUENCE,
    MALFORMED_HEADER,
    DUPLICATE_KEYS,
    NUMBER,
    CONTROL_CHARACTER,
    LONE_SURROGATE,
    TOO_DEEP,
    NO_SALT,
)


def in_order(flaws: set[str]) -> tuple[str, ...]:
    """The flaws in the order of the catalogue, so that the same entry always gives the same reason."""
    return tuple(code for code in FLAWS if code in flaws)
