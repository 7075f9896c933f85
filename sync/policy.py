"""Which outsiders must have seen the log before it counts as witnessed: the policy file and its arithmetic.

The lines are those of c2sp.org/tlog-policy at 5ba5ee8 that name witnesses: `witness <name> <vkey> <url>`,
`group <name> <k|any|all> <members…>` and `quorum <name|none>`; the log itself is known.
"""

from collections.abc import Set
from dataclasses import dataclass
from urllib.parse import urlsplit

from sync.checkpoint import COSIGNATURE, BadNote, VerifierKey, read_verifier_key

# On the same machine nobody stands in between.
_HERE = (("http", "127.0.0.1"), ("http", "localhost"))


class BadPolicy(ValueError):
    """The policy file contradicts itself; the text names the line."""

    code = "bad-policy"


@dataclass(frozen=True, slots=True)
class Witness:
    """An outsider that cosigns: the name it has in the policy, its key, and where checkpoints are handed to it."""

    name: str
    key: VerifierKey
    url: str


@dataclass(frozen=True, slots=True)
class Group:
    """Fulfilled by `needed` of its members, which are witnesses or groups above it in the file."""

    needed: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """Witnesses and groups by name; `quorum` names the one that decides, empty if nobody is asked for."""

    witnesses: dict[str, Witness]
    groups: dict[str, Group]
    quorum: str

    @property
    def names(self) -> set[str]:
        """Of every witness."""
        return set(self.witnesses)

    def is_met(self, seen_by: Set[str]) -> bool:
        """Whether the witnesses named in `seen_by` are enough."""
        return not self.quorum or self._holds(self.quorum, seen_by)

    @property
    def fewest(self) -> int:
        """How many witnesses it takes at least."""
        return self._fewest(self.quorum) if self.quorum else 0

    def _holds(self, name: str, seen_by: Set[str]) -> bool:
        if name in self.witnesses:
            return name in seen_by
        group = self.groups[name]
        return sum(self._holds(member, seen_by) for member in group.members) >= group.needed

    def _fewest(self, name: str) -> int:
        if name in self.witnesses:
            return 1
        group = self.groups[name]
        return sum(sorted(map(self._fewest, group.members))[: group.needed])


NOBODY = Policy({}, {}, "")


def read_policy(text: str) -> Policy:
    """The policy in a file; BadPolicy with the line that is wrong."""
    policy = Policy({}, {}, "")
    quorum: str | None = None
    for number, line in enumerate(text.splitlines(), 1):
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        try:
            if words[0] == "quorum" and len(words) == 2 and quorum is None:
                quorum = _quorum(words[1], policy)
            elif words[0] == "witness" and len(words) == 4:
                _free(words[1], policy)
                policy.witnesses[words[1]] = _witness(words[1], words[2], words[3], policy)
            elif words[0] == "group" and len(words) > 3:
                _free(words[1], policy)
                policy.groups[words[1]] = _group(words[2], words[3:], policy)
            else:
                raise BadPolicy("not a witness, group or quorum")
        except ValueError as error:
            raise BadPolicy(f"line {number}: {error}") from error
    if policy.witnesses and quorum is None:
        raise BadPolicy("no quorum is named")
    return Policy(policy.witnesses, policy.groups, quorum or "")


def _free(name: str, policy: Policy) -> None:
    if name in policy.witnesses or name in policy.groups or name == "none":
        raise BadPolicy(f"{name} is named twice")


def _known(name: str, policy: Policy) -> str:
    if name not in policy.witnesses and name not in policy.groups:
        raise BadPolicy(f"{name} is not named above")
    return name


def _quorum(name: str, policy: Policy) -> str:
    return "" if name == "none" else _known(name, policy)


def _witness(name: str, vkey: str, url: str, policy: Policy) -> Witness:
    key = read_verifier_key(vkey)
    if key.public in {each.key.public for each in policy.witnesses.values()}:
        raise BadPolicy("one key cannot be two witnesses")
    if key.kind != COSIGNATURE or len(key.public) != 32:
        raise BadNote("a witness needs an Ed25519 cosignature key")
    parts = urlsplit(url)
    if parts.scheme != "https" and (parts.scheme, parts.hostname) not in _HERE:
        raise BadPolicy("a witness is asked over https")
    return Witness(name, key, url.rstrip("/"))


def _group(needed: str, members: list[str], policy: Policy) -> Group:
    named = tuple(_known(each, policy) for each in members)
    if len(set(named)) != len(named):
        raise BadPolicy("a member is named twice")
    count = {"any": 1, "all": len(named)}.get(needed) or (int(needed) if needed.isdecimal() else 0)
    if not 1 <= count <= len(named):
        raise BadPolicy(f"{needed} of {len(named)} is impossible")
    return Group(count, named)
