"""By which rules entries are folded: a program with other rules folds everything anew before it serves."""

from __future__ import annotations

from server.packs import Pack

# Raised whenever the same entries would come to other rows; kinds that an older program did not know take their place
# then.
RULES = 2


def rules_of(pack: Pack) -> str:
    return f"{RULES} {pack.id} {pack.version}"
