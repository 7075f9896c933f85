"""Invented photos of a strip of paper with figures; the same recipe gives the same bytes."""

from __future__ import annotations

import io
from functools import lru_cache
from random import Random

MEDIA_TYPE = "image/jpeg"
WIDTH, HEIGHT, QUALITY = 720, 1280, 80


@lru_cache(maxsize=64)
def take_picture(recipe: str) -> bytes:
    """The JPEG for `recipe`: lines of text parted by `|`; the last only makes it unlike others."""
    from PIL import Image, ImageDraw

    random = Random(recipe)
    # Grain in the picture, as in every photo taken indoors: without it the file would be far too small.
    grain = Image.frombytes("L", (WIDTH // 4, HEIGHT // 4), random.randbytes(WIDTH * HEIGHT // 16))
    photo = grain.point(lambda level: 70 + level // 8).resize((WIDTH, HEIGHT)).convert("RGB")
    draw = ImageDraw.Draw(photo)
    left = random.randint(120, 180)
    draw.rectangle((left, 40, left + 380, HEIGHT - 40), fill=(236, 234, 226))
    for line, text in enumerate(_lines(recipe, random)):
        draw.text((left + 24, 70 + 26 * line), text, fill=(40, 40, 44))
    packed = io.BytesIO()
    photo.save(packed, "JPEG", quality=QUALITY)
    return packed.getvalue()


def _lines(recipe: str, random: Random) -> list[str]:
    head = recipe.split("|")[:-1]
    return [*head, *(f"{random.randint(1, 999):>6}" for _ in range(40 - len(head)))]
