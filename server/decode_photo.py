"""Run by itself, as a child that may neither grow nor linger: turns a photo into a small picture without metadata.

The photo comes on standard input, the picture (JPEG) goes to standard output. Ends with 0, or with 3 when the photo
cannot be shown. It imports nothing of ours: whatever a hostile file does to it, it does it here.
"""

import resource
import sys

MEMORY_BYTES = 512 * 1024 * 1024
CPU_S = 15
# The picture it writes; the widest and noisiest comes to a quarter of this.
OUTPUT_BYTES = 8 * 1024 * 1024
# A 50-megapixel photo decodes to 200 MB at four bytes a pixel; phones in the field make 12 to 50 megapixels.
MOST_PIXELS = 50_000_000
LONGEST_SIDE = 1_600
CANNOT_BE_SHOWN = 3


def limit() -> None:
    for what, most in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, CPU_S),
        (resource.RLIMIT_FSIZE, OUTPUT_BYTES),
        (resource.RLIMIT_NOFILE, 32),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def decode() -> None:
    from io import BytesIO

    from PIL import Image, ImageOps

    # Only what phones make: every further decoder is a further way in.
    photo: Image.Image = Image.open(BytesIO(sys.stdin.buffer.read()), formats=("JPEG", "PNG", "WEBP"))
    if photo.width * photo.height > MOST_PIXELS:
        raise ValueError("too many pixels")
    photo.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    if photo.mode not in ("RGB", "RGBA", "L", "LA"):
        photo = photo.convert("RGBA" if "transparency" in photo.info else "RGB")
    orientation = photo.getexif()
    photo.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    photo.getexif().update(orientation)
    upright = ImageOps.exif_transpose(photo)
    flat = Image.new("RGB", upright.size, "white")
    flat.paste(upright, mask=upright.getchannel("A") if upright.mode in ("RGBA", "LA") else None)
    # A fresh image carries no EXIF, no colour profile, no comment: nothing of where and by whom it was taken.
    flat.save(sys.stdout.buffer, "JPEG", quality=82, optimize=True)


if __name__ == "__main__":
    limit()
    try:
        decode()
    except BaseException:
        sys.exit(CANNOT_BE_SHOWN)
