"""One spelling to search by: Arabic and Kurdish keyboards write one letter or digit in different ways."""

from __future__ import annotations

import unicodedata

# Letters that people type for one another; the phone folds the same ones (web/core/searching.ts).
_SAME_LETTER = {
    "ك": "کڪ",
    "ي": "یىئېۍێےﻯ",
    "ه": "ھەةۀہۂۃە",
    "ا": "أإآٱٲٳ",
    "و": "ؤۆۇۈۊ",
    "ر": "ڕڔ",
    "ل": "ڵ",
}
# Tatweel, harakat, the small alef above, and the invisible marks that keyboards leave between letters.
_PASSED_OVER = "ـٰ" + "".join(
    map(chr, [*range(0x064B, 0x0660), *range(0x200B, 0x2010), 0x061C, *range(0x2066, 0x206A)])
)
_BETWEEN_WORDS = "-_/.,،؛;:؟?!()[]«»\"'\t\r\n\u00a0"

_FOLDED = str.maketrans(
    {each: kept for kept, others in _SAME_LETTER.items() for each in others}
    | {
        zero_digit: str(number)
        for zero in (0x0660, 0x06F0)
        for number, zero_digit in enumerate(map(chr, range(zero, zero + 10)))
    }
    | dict.fromkeys(_PASSED_OVER, "")
    | dict.fromkeys(_BETWEEN_WORDS, " ")
)


def normal_letters(text: str) -> str:
    """`text` as searches compare it: one form a letter, Latin digits, lower case, single spaces."""
    # NFKC also undoes the presentation forms (ﻻ, ﮐ) that old keyboards and copied documents carry.
    return " ".join(unicodedata.normalize("NFKC", text).translate(_FOLDED).lower().split())
