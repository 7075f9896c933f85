"""What one cell says: text without invisible marks, codes as text, numbers in any digits, degrees."""

from __future__ import annotations

import re
import unicodedata

LONGEST_NAME = 200
_DIGITS = str.maketrans(
    {ord(zero) + number: str(number) for zero in "٠۰" for number in range(10)} | {"٫": ".", "٬": ""}
)
# Marks of direction, of joining and of nothing: spreadsheets carry them along, eyes do not see them.
_INVISIBLE = dict.fromkeys(
    [*range(0x200E, 0x2010), *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF, 0x061C]
)
_CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z_./-]{0,31}")
_TAIL_OF_A_NUMBER = re.compile(r"(\d+)[.,]0+")
_SCIENTIFIC = re.compile(r"\d([.,]\d+)?[eE]\+?\d+")


def plain(text: str) -> str:
    """`text` on one line, without marks that are not seen."""
    seen = text.translate(_INVISIBLE)
    letters = (each if unicodedata.category(each) != "Cc" else " " for each in seen)
    return " ".join("".join(letters).split())


def latin_digits(text: str) -> str:
    return text.translate(_DIGITS)


def read_code(text: str) -> str | None:
    """A code as text with its zeros, in Latin digits; None when it cannot be one.

    138450.0 is what a program made of 138450. 1.38E+05 has lost its digits and is refused.
    """
    code = latin_digits(plain(text)).replace(" ", "")
    if _SCIENTIFIC.fullmatch(code):
        return None
    whole = _TAIL_OF_A_NUMBER.fullmatch(code)
    code = whole[1] if whole else code
    return code if _CODE.fullmatch(code) else None


def read_whole_number(text: str) -> int | None:
    """`1,234` or `١٬٢٣٤` or `1234.0`; None for anything else."""
    digits = latin_digits(plain(text)).replace(" ", "").replace("،", ",")
    if re.fullmatch(r"\d{1,3}(,\d{3})+", digits):
        digits = digits.replace(",", "")
    whole = _TAIL_OF_A_NUMBER.fullmatch(digits)
    digits = whole[1] if whole else digits
    return int(digits) if re.fullmatch(r"\d{1,9}", digits) else None


def read_degrees(text: str) -> float | None:
    """Decimal degrees with a point or a comma; None for degrees and minutes or for words."""
    digits = latin_digits(plain(text)).replace(" ", "").replace("،", ",").replace(",", ".").rstrip("°")
    return float(digits) if re.fullmatch(r"[+-]?\d{1,3}(\.\d{1,15})?", digits) else None
