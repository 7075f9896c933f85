"""A photo is looked at through a picture without metadata; a hostile photo hurts nobody and stays what it is."""

import hashlib
import io
import os
import struct
import zlib
from base64 import urlsafe_b64encode
from functools import partial

import pytest
from PIL import Image

from server.photo_store import PhotoStore
from server.problems import Problem
from server.working_copy import working_copy


@pytest.fixture
def store(tmp_path):
    return PhotoStore(tmp_path / "photos", tmp_path / "photos" / "uploads")


@pytest.fixture
def show(store, tmp_path):
    """The picture of a photo, by its digest."""
    return partial(working_copy, store, tmp_path / "working")


def keep(store, photo: bytes) -> str:
    digest = urlsafe_b64encode(hashlib.sha256(photo).digest()).decode().rstrip("=")
    path = store.path_of(digest)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(photo)
    return digest


def jpeg(width=3000, height=2000, orientation=1, place=True) -> bytes:
    image = Image.new("RGB", (width, height), "navy")
    image.paste("red", (0, 0, width // 2, height // 2))
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "CANARY-MAKER"
    if place:
        exif.get_ifd(0x8825)[2] = (33.0, 18.0, 45.0)
    written = io.BytesIO()
    image.save(written, "JPEG", exif=exif, comment=b"CANARY-COMMENT")
    return written.getvalue()


def png_chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def png(width: int, height: int, pixels: bytes) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = png_chunk(b"IHDR", header) + png_chunk(b"IDAT", pixels) + png_chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


def test_the_picture_is_small_and_carries_nothing_of_where_and_by_whom(store, show):
    made = show(keep(store, jpeg()))
    assert made is not None
    assert b"CANARY" in jpeg()
    assert b"CANARY" not in made.read_bytes()
    with Image.open(made) as picture:
        assert max(picture.size) == 1600
        assert not picture.getexif()


def test_a_photo_taken_sideways_is_shown_upright(store, show):
    made = show(keep(store, jpeg(3000, 2000, orientation=6)))
    with Image.open(made) as picture:
        assert picture.height > picture.width
        red, _, blue = picture.getpixel((picture.width - 50, 50))
        assert red > 200 and blue < 60


def test_a_large_honest_photo_of_fifty_megapixels_is_shown(store, show):
    assert show(keep(store, jpeg(8160, 6120))) is not None


def test_a_small_file_that_unfolds_to_169_megapixels_is_not_decoded(store, show):
    bomb = png(13_000, 13_000, zlib.compress(bytes(13_000 * 3 + 1) * 200, 9))
    assert show(keep(store, bomb)) is None


def test_a_file_that_lies_about_its_size_is_not_shown(store, show):
    lying = png(100, 100, zlib.compress(bytes(200_000_000), 9))
    made = show(keep(store, lying))
    assert made is None or made.stat().st_size < 100_000


@pytest.mark.parametrize(
    "hostile",
    [
        b"",
        b"\xff\xd8\xff",
        jpeg()[:2000],
        b"%PDF-1.7 not a picture",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"GIF89a" + os.urandom(200),
        b"%!PS-Adobe-3.0 EPSF-3.0\n",
    ],
    ids=["empty", "three-bytes", "truncated", "pdf", "svg", "gif", "postscript"],
)
def test_what_cannot_be_shown_is_remembered_and_its_bytes_stay(store, show, hostile):
    digest = keep(store, hostile)
    assert show(digest) is None
    assert show(digest) is None
    assert store.path_of(digest).read_bytes() == hostile


def test_a_picture_that_is_also_a_page_loses_the_page(store, show):
    polyglot = jpeg(400, 300) + b"<html><script>alert('CANARY')</script></html>"
    made = show(keep(store, polyglot))
    assert b"script" not in made.read_bytes()


def test_a_photo_that_has_not_arrived_says_so(show):
    with pytest.raises(Problem, match="photo-not-here"):
        show("A" * 43)


def test_no_half_made_picture_stays_behind(store, show, tmp_path):
    show(keep(store, jpeg()))
    show(keep(store, b"nothing"))
    assert len(list(tmp_path.glob("working/*/*"))) == 2
    assert not list(tmp_path.glob("working/*/.making-*"))
