"""A checkpoint: size and root of the log in three lines that the log and its witnesses sign.

Formats of c2sp.org at 5ba5ee8: signed-note v1.0.0, tlog-checkpoint v1.0.0, tlog-proof, tlog-cosignature v1.0.1.
Nothing here knows a cipher: what is signed and what a signature belongs to is decided here, whether it is right is
asked of `Verify`.
"""

from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from sync.tree import HASH_BYTES

ED25519 = 1
ECDSA_P256 = 2
COSIGNATURE = 4
# Sixteen signatures have to be read, says the note format; a post-quantum one may take 5 kB.
MOST_SIGNATURES = 64
LONGEST_NOTE = 128 * 1024
_KEY_ID_BYTES = 4
_SIGNATURE_MARK = "— "
_PROOF_MARK = "c2sp.org/tlog-proof@v1"


class BadNote(ValueError):
    """A text that is not the signed note, checkpoint, key or proof that it should be."""

    code = "bad-note"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The log `origin` holds `size` entries under `root` (32 bytes)."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """What is signed: three lines, the last one ended too."""
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """The public half of a signer: Ed25519 and cosigners 32 bytes, P-256 a DER SubjectPublicKeyInfo."""

    name: str
    kind: int
    public: bytes

    @property
    def id(self) -> bytes:
        """Four bytes that tell this key from others of the same name; not a protection."""
        if self.kind == ECDSA_P256:
            return sha256(self.public).digest()[:_KEY_ID_BYTES]
        return sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:_KEY_ID_BYTES]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{b64encode(bytes([self.kind]) + self.public).decode()}"


@dataclass(frozen=True, slots=True)
class SignatureLine:
    """One signer's line under a note."""

    name: str
    key_id: bytes
    signature: bytes

    def __str__(self) -> str:
        return f"{_SIGNATURE_MARK}{self.name} {b64encode(self.key_id + self.signature).decode()}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A signed text and the lines under it."""

    text: str
    signatures: tuple[SignatureLine, ...]

    def __str__(self) -> str:
        return f"{self.text}\n{''.join(map(str, self.signatures))}"


@dataclass(frozen=True, slots=True)
class Proof:
    """That an entry stands at `index` of the log that `checkpoint` (a signed note) speaks of."""

    index: int
    path: tuple[bytes, ...]
    checkpoint: str


# (key, what is signed, signature) → whether that key signed it. For a cosigner the text is its own: cosigned_text.
Verify = Callable[[VerifierKey, bytes, bytes], bool]


def read_verifier_key(text: str) -> VerifierKey:
    """The key behind `name+hash+base64`; BadNote when the parts do not belong together."""
    name, _, rest = text.strip().partition("+")
    short, _, encoded = rest.partition("+")
    raw = _base64(encoded)
    if not _is_name(name) or len(raw) < 2:
        raise BadNote("not a verifier key")
    key = VerifierKey(name, raw[0], raw[1:])
    if key.id.hex() != short:
        raise BadNote("the key's hash is not its own")
    return key


def read_note(text: str) -> Note:
    """The signed note in `text`; BadNote when it is none. Signatures are split, not checked."""
    if len(text) > LONGEST_NOTE or any(char < " " and char != "\n" for char in text):
        raise BadNote("not a signed note")
    body, found, lines = text.rpartition("\n\n")
    if not found or not lines.endswith("\n"):
        raise BadNote("no signatures")
    signatures = tuple(map(_read_signature, lines[:-1].split("\n")))
    if len(signatures) > MOST_SIGNATURES:
        raise BadNote("too many signatures")
    return Note(body + "\n", signatures)


def read_checkpoint(note: str | Note) -> Checkpoint:
    """The checkpoint that a note's text is; BadNote when it is none. Whose it is has to be asked of `signers`."""
    text = (note if isinstance(note, Note) else read_note(note)).text
    lines = text.split("\n")
    if len(lines) < 4 or lines[-1] != "" or "" in lines[:-1]:
        raise BadNote("not a checkpoint")
    origin, size, encoded = lines[:3]
    root = _base64(encoded)
    if len(root) != HASH_BYTES:
        raise BadNote("the root is not a hash")
    return Checkpoint(origin, _decimal(size), root)


def signers(note: Note, keys: Iterable[VerifierKey], verify: Verify) -> list[VerifierKey]:
    """Which of `keys` signed the note. BadNote when a line of a known key is wrong: then nothing of it is believed."""
    known = {(key.name, key.id): key for key in keys}
    found = []
    for line in note.signatures:
        key = known.get((line.name, line.key_id))
        if key is None or key in found:
            continue
        text, signature = note.text.encode(), line.signature
        if key.kind == COSIGNATURE:
            text, signature = cosigned_text(note.text, cosigned_at_s(line)), line.signature[8:]
        if not verify(key, text, signature):
            raise BadNote(f"the signature of {key.name} is wrong")
        found.append(key)
    return found


def cosigned_at_s(line: SignatureLine) -> int:
    """When a witness cosigned, in seconds since 1970: the first eight bytes of its signature."""
    if len(line.signature) <= 8:
        raise BadNote("not a cosignature")
    return int.from_bytes(line.signature[:8], "big")


def cosigned_text(text: str, time_s: int) -> bytes:
    """What a witness signs for a checkpoint's `text`: that it saw the log grow only, at this time."""
    return f"cosignature/v1\ntime {time_s}\n{text}".encode()


def proof_text(proof: Proof) -> str:
    """The proof as a file that anyone can check offline (c2sp.org/tlog-proof)."""
    path = "".join(f"{b64encode(each).decode()}\n" for each in proof.path)
    return f"{_PROOF_MARK}\nindex {proof.index}\n{path}\n{proof.checkpoint}"


def read_proof(text: str) -> Proof:
    """The proof in `text`; BadNote when it is none."""
    head, found, checkpoint = text.partition("\n\n")
    mark, *lines = head.split("\n")
    if lines and lines[0].startswith("extra "):
        del lines[0]
    if not found or mark != _PROOF_MARK or not lines or not lines[0].startswith("index "):
        raise BadNote("not a proof")
    path = tuple(map(_base64, lines[1:]))
    if any(len(each) != HASH_BYTES for each in path):
        raise BadNote("not a hash")
    return Proof(_decimal(lines[0].removeprefix("index ")), path, checkpoint)


def hashes_text(hashes: Sequence[bytes]) -> list[str]:
    """Hashes as the wire carries them, base64 each."""
    return [b64encode(each).decode() for each in hashes]


def _read_signature(line: str) -> SignatureLine:
    name, _, encoded = line.removeprefix(_SIGNATURE_MARK).partition(" ")
    raw = _base64(encoded)
    if not line.startswith(_SIGNATURE_MARK) or not _is_name(name) or len(raw) <= _KEY_ID_BYTES:
        raise BadNote("not a signature line")
    return SignatureLine(name, raw[:_KEY_ID_BYTES], raw[_KEY_ID_BYTES:])


def _is_name(name: str) -> bool:
    return bool(name) and "+" not in name and not any(char.isspace() for char in name)


def _decimal(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 19 or (text[0] == "0" and text != "0"):
        raise BadNote("not a number")
    return int(text)


def _base64(text: str) -> bytes:
    try:
        raw = b64decode(text, validate=True)
    except (NotBase64, ValueError) as error:
        raise BadNote("not base64") from error
    # One spelling a value: stray bits at the end would let two texts stand for one hash.
    if b64encode(raw).decode() != text:
        raise BadNote("not base64")
    return raw
