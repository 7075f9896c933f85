"""The note by which a lost server, through keys kept in its backup, names the one that was restored from it."""

from base64 import b64encode
from dataclasses import dataclass

from sync.checkpoint import (
    ECDSA_P256,
    ED25519,
    BadNote,
    Checkpoint,
    Note,
    VerifierKey,
    read_checkpoint,
    read_verifier_key,
)

_MARK = "sanad-handover/1"


@dataclass(frozen=True, slots=True)
class Handover:
    """The old log as far as the copy held it; the name of the new one, which begins with it, and its two keys."""

    old: Checkpoint
    origin: str
    p256: VerifierKey
    ed25519: VerifierKey

    @property
    def text(self) -> str:
        """What the old keys sign, under the old log's name."""
        root = b64encode(self.old.root).decode()
        keys = f"{self.p256}\n{self.ed25519}"
        return f"{_MARK}\n{self.old.origin}\n{self.old.size}\n{root}\n{self.origin}\n{keys}\n"


def read_handover(note: Note) -> Handover:
    """The handover that a note's text is; BadNote when it is none. Who signed it has to be asked of `signers`."""
    lines = note.text.split("\n")
    if len(lines) != 8 or lines[0] != _MARK or lines[7]:
        raise BadNote("not a handover")
    old = read_checkpoint(Note("\n".join(lines[1:4]) + "\n", ()))
    origin, p256, ed25519 = lines[4], read_verifier_key(lines[5]), read_verifier_key(lines[6])
    kinds = (p256.kind, ed25519.kind)
    if origin in ("", old.origin) or kinds != (ECDSA_P256, ED25519) or {p256.name, ed25519.name} != {origin}:
        raise BadNote("not a handover")
    return Handover(old, origin, p256, ed25519)
