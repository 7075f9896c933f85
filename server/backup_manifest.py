"""What one backup holds, in a text that the server signed: read before anything else of it is believed."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from dataclasses import asdict, dataclass, replace
from typing import Any

from server.log_keys import LogKeys, is_signed_by
from sync.checkpoint import BadNote, read_note, signers

FORMAT = "sanad-backup/1"


class WrongManifest(RuntimeError):
    """A manifest that is none, or that the server of this backup did not sign."""

    code = "wrong-manifest"


@dataclass(frozen=True)
class Manifest:
    """`files`: SHA-256 by name as they lie in the folder. `readers`: who can open them."""

    taken_ms: int
    election: str
    epoch: str
    origin: str
    size: int
    root: bytes
    rows: dict[str, int]
    photos: int
    missing_photos: int
    readers: tuple[str, ...]
    files: dict[str, str]

    def signed(self, keys: LogKeys) -> str:
        """As it is written."""
        fields = {**asdict(self), "root": b64encode(self.root).decode()}
        text = json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return str(keys.signed(self.origin, f"{FORMAT}\n{text}\n"))


def read_manifest(text: str) -> Manifest:
    """What `text` says, not yet asked whose it is. Raises WrongManifest."""
    try:
        mark, fields, end = read_note(text).text.split("\n")
        found: dict[str, Any] = json.loads(fields)
        manifest = Manifest(**found)
        if mark != FORMAT or end:
            raise WrongManifest("the manifest is of another program")
        return replace(manifest, root=b64decode(found["root"], validate=True), readers=tuple(manifest.readers))
    except (BadNote, ValueError, TypeError, KeyError) as error:
        raise WrongManifest(f"the manifest cannot be read: {error}") from None


def refuse_unsigned(text: str, origin: str, keys: LogKeys) -> None:
    """Raises WrongManifest unless both keys of the server signed it under the name of its log."""
    expected = keys.verifier_keys(origin)
    try:
        found = signers(read_note(text), expected, is_signed_by)
    except BadNote as error:
        raise WrongManifest(f"the manifest is not signed by the server of this backup: {error}") from None
    if len(found) != len(expected):
        raise WrongManifest("the manifest is not signed by the server of this backup")
