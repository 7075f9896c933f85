"""Examples of the log: proofs that hold, proofs that must not, signed notes and what only looks like one."""

from base64 import b64encode
from collections.abc import Iterator
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from sync.checkpoint import (
    ECDSA_P256,
    ED25519,
    Checkpoint,
    Note,
    Proof,
    SignatureLine,
    VerifierKey,
    hashes_text,
    proof_text,
)
from sync.tree import consistency_path, grow, inclusion_path, leaf_hash, root
from tests.sync.phones import Key

ORIGIN, NEW_ORIGIN = "sanad.example/log/9f2c", "sanad.example/log/77ab"
SIZES = (1, 2, 3, 4, 5, 6, 7, 8, 11, 16, 17, 255, 256, 257, 300)
LEAVES = [b"leaf %d" % number for number in range(max(SIZES))]
_TILES = grow(0, lambda level, number: b"", [leaf_hash(leaf) for leaf in LEAVES])


class Signer:
    """The P-256 half of a log's keys, from a small number."""

    def __init__(self, number: int) -> None:
        self.jwk = Key(number).jwk
        self._private = ec.derive_private_key(number, ec.SECP256R1())
        self._spki = self._private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    def key(self, name: str) -> VerifierKey:
        """What verifies it under this name."""
        return VerifierKey(name, ECDSA_P256, self._spki)

    def note(self, text: str, name: str = ORIGIN) -> str:
        """The text with this signer's line, and a stranger's before it."""
        der = self._private.sign(text.encode(), ec.ECDSA(SHA256(), deterministic_signing=True))
        stranger = SignatureLine("witness.example", b"abcd", b"whatever")
        return str(Note(text, (stranger, SignatureLine(name, self.key(name).id, der))))


SERVER, RESTORED = Signer(20261122), Signer(20261123)


def _read(level: int, number: int) -> bytes:
    return _TILES[level, number]


def _root(size: int) -> str:
    return b64encode(root(size, _read)).decode()


def _inclusions() -> Iterator[dict[str, Any]]:
    for size in SIZES:
        for index in sorted({0, 1, size // 2, size - 2, size - 1} & set(range(size))):
            path = hashes_text(inclusion_path(index, size, _read))
            yield {"index": index, "size": size, "path": path}


def _consistencies() -> Iterator[dict[str, Any]]:
    for old in (0, *SIZES):
        for new in (each for each in SIZES if each >= old):
            yield {"old": old, "new": new, "path": hashes_text(consistency_path(old, new, _read))}


def _wrong_inclusions() -> Iterator[dict[str, Any]]:
    path = hashes_text(inclusion_path(4, 7, _read))
    said = {
        "another place": (5, 7, path),
        "a smaller tree": (4, 6, path),
        "a larger tree": (4, 9, path),
        "a place that is none": (7, 7, path),
        "a hash too few": (4, 7, path[:-1]),
        "a hash too many": (4, 7, [*path, path[0]]),
        "two hashes the other way round": (4, 7, [path[1], path[0], *path[2:]]),
        "another hash": (4, 7, [_root(1), *path[1:]]),
    }
    for name, (index, size, path) in said.items():
        yield {"name": name, "leaf": 4, "index": index, "size": size, "root": _root(7), "path": path}


def _wrong_consistencies() -> Iterator[dict[str, Any]]:
    path = hashes_text(consistency_path(5, 11, _read))
    said = {
        "a log that shrank": (11, _root(11), 5, _root(5), path),
        "nothing to show for it": (5, _root(5), 11, _root(11), []),
        "another old root": (5, _root(6), 11, _root(11), path),
        "another new root": (5, _root(5), 11, _root(8), path),
        "a hash too few": (5, _root(5), 11, _root(11), path[:-1]),
        "a hash too many": (5, _root(5), 11, _root(11), [*path, path[0]]),
        "the same size and another root": (11, _root(11), 11, _root(8), []),
        "the same size and a hash": (11, _root(11), 11, _root(11), path),
        "from nothing, and a hash": (0, _root(0), 11, _root(11), path),
        "from nothing that is something": (0, _root(1), 11, _root(11), []),
        "a split view after a whole power": (8, _root(7), 11, _root(11), hashes_text(consistency_path(8, 11, _read))),
    }
    for name, (old, old_root, new, new_root, path) in said.items():
        yield {"name": name, "old": old, "old_root": old_root, "new": new, "new_root": new_root, "path": path}


def handover_text(size: int, copied_root: str, **changed: str) -> str:
    """What the old keys sign for the new log."""
    ed = ed25519.Ed25519PrivateKey.from_private_bytes(bytes(range(32))).public_key()
    said = {
        "mark": "sanad-handover/1", "old": ORIGIN, "size": str(size), "root": copied_root, "new": NEW_ORIGIN,
        "p256": str(RESTORED.key(NEW_ORIGIN)),
        "ed25519": str(VerifierKey(NEW_ORIGIN, ED25519, ed.public_bytes(Encoding.Raw, PublicFormat.Raw))),
    }  # fmt: skip
    return "".join(f"{line}\n" for line in (said | changed).values())


def _notes() -> dict[str, Any]:
    text = Checkpoint(ORIGIN, 7, root(7, _read)).text
    note = SERVER.note(text)
    head, _, lines = note.partition("\n\n")
    handover = SERVER.note(handover_text(5, _root(5)))
    return {
        "origin": ORIGIN, "size": 7, "root": _root(7), "jwk": SERVER.jwk, "checkpoint": note,
        "with_more_lines": SERVER.note(f"{text}more that a reader need not know\n"),
        "not_signed_by_it": {
            "another key": RESTORED.note(text),
            "another name": SERVER.note(text, "sanad.example/log/other"),
            "one more entry": note.replace("\n7\n", "\n8\n"),
            "another origin": note.replace("9f2c\n7", "9f2d\n7"),
            "a stranger alone": f"{head}\n\n{lines.splitlines()[0]}\n",
        },
        "no_checkpoints": {
            "nothing": "",
            "no signatures": f"{text}\n",
            "no empty line": note.replace("\n\n", "\n"),
            "no end": note[:-1],
            "a carriage return": note.replace("\n7\n", "\r\n7\n"),
            "a size with a zero before it": note.replace("\n7\n", "\n07\n"),
            "a size below nothing": note.replace("\n7\n", "\n-7\n"),
            "a size in words": note.replace("\n7\n", "\nseven\n"),
            "a root too short": note.replace(_root(7), b64encode(b"short").decode()),
            "a root with a stray bit": note.replace(_root(7), _stray(_root(7))),
            "an empty line in the text": SERVER.note(f"{ORIGIN}\n\n{text}"),
            "a dash for the mark": note.replace("— ", "- "),
            "a signature that is no base64": f"{head}\n\n— {ORIGIN} !!!!\n",
            "a signature with nothing behind the key": f"{head}\n\n— {ORIGIN} YWJjZA==\n",
        },
        "handover": handover,
        "handed_over": {
            "old": ORIGIN, "size": 5, "root": _root(5), "new": NEW_ORIGIN, "jwk": RESTORED.jwk,
        },
        "no_handovers": {
            "another mark": SERVER.note(handover_text(5, _root(5), mark="sanad-handover/2")),
            "to itself": SERVER.note(handover_text(5, _root(5), new=ORIGIN)),
            "a key of another name": SERVER.note(handover_text(5, _root(5), p256=str(RESTORED.key(ORIGIN)))),
            "a key with another's hash": SERVER.note(handover_text(5, _root(5), p256=_swapped())),
            "a line too many": SERVER.note(f"{handover_text(5, _root(5))}more\n"),
            "a checkpoint": note,
        },
        "proof": {
            "index": 4,
            "path": hashes_text(inclusion_path(4, 7, _read)),
            "text": proof_text(Proof(4, tuple(inclusion_path(4, 7, _read)), note)),
        },
    }  # fmt: skip


def _stray(text: str) -> str:
    """The same bytes in another spelling: a bit set behind the last one that counts."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    return f"{text[:-2]}{letters[letters.index(text[-2]) + 1]}="


def _swapped() -> str:
    """The new key behind the short hash of the old one."""
    name, _, encoded = str(RESTORED.key(NEW_ORIGIN)).split("+", 2)
    return f"{name}+{SERVER.key(NEW_ORIGIN).id.hex()}+{encoded}"


def log_cases() -> dict[str, Any]:
    """Everything a phone has to find right or wrong about a log."""
    return {
        "leaves": [b64encode(leaf).decode() for leaf in LEAVES],
        "roots": {str(size): _root(size) for size in (0, *SIZES)},
        "inclusions": list(_inclusions()),
        "wrong_inclusions": list(_wrong_inclusions()),
        "consistencies": list(_consistencies()),
        "wrong_consistencies": list(_wrong_consistencies()),
        "notes": _notes(),
    }
