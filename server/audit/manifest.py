"""The signed list of everything in a copy, so that no byte of it can change or go missing unnoticed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from server.audit.findings import Findings
from server.audit.places import Read
from server.log_keys import LogKeys, is_signed_by
from sync.checkpoint import ECDSA_P256, ED25519, BadNote, VerifierKey, read_note, signers
from sync.entry import digest_of

NAME = "manifest"
_MARK = "sanad-manifest/1"


def manifest(keys: LogKeys, origin: str, lines: Iterable[str]) -> str:
    """The signed note over `lines`, one a file as `manifest_line` writes them."""
    return str(keys.signed(origin, "".join(f"{line}\n" for line in (_MARK, origin, *sorted(lines, key=_name_of)))))


def manifest_line(name: str, digest: str, size: int) -> str:
    return f"{digest} {size} {name}"


def check_manifest(read: Read, names: Sequence[str], keys: Sequence[VerifierKey], found: Findings) -> None:
    note = read_note((read(NAME) or b"").decode())
    refuse_unless_both(signers(note, keys, is_signed_by), NAME)
    mark, _, *lines = note.text[:-1].split("\n")
    if mark != _MARK:
        raise BadNote("not a manifest")
    listed = {_name_of(line): line for line in lines}
    for name in sorted({*listed, *names} - {NAME}):
        content = read(name)
        if content is None:
            found.wrong.append(f"{name} is missing")
        elif manifest_line(name, digest_of(content), len(content)) != listed.get(name):
            found.wrong.append(f"{name} is not {'as' if name in listed else 'among'} what was copied")
    found.checked.append(f"{len(listed)} files against the signed manifest")


def refuse_unless_both(signed_by: Iterable[VerifierKey], what: str) -> None:
    """Raises BadNote unless the log signed with both of its keys."""
    kinds = {key.kind for key in signed_by}
    for kind, name in ((ED25519, "Ed25519"), (ECDSA_P256, "P-256")):
        if kind not in kinds:
            raise BadNote(f"{what} is not signed with the {name} key of the log")


def _name_of(line: str) -> str:
    return line.split(" ", 2)[-1]
