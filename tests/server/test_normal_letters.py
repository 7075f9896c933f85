"""A report is found however its words are spelled."""

import pytest

from server.normal_letters import normal_letters


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("كركوك", "کرکووک".replace("وو", "و")),
        ("مدرسة", "مدرسه"),
        ("أربيل", "اربيل"),
        ("هەڵەبجە", "ههلهبجه"),
        ("١٣٨٤٥٠-٠٣", "۱۳۸۴۵۰ 03"),
        ("مُحَطَّة", "محطة"),
        ("مـحـطـة", "محطه"),
        ("ﻻ", "لا"),
        ("STATION", "station"),
    ],
)
def test_spellings_of_one_word_are_searched_as_one(typed, written):
    assert normal_letters(typed) == normal_letters(written)


def test_folding_twice_changes_nothing():
    text = "قەڵەم ١٢٣ إلى آخرِه ﻻ"
    assert normal_letters(normal_letters(text)) == normal_letters(text)


def test_different_words_stay_different():
    assert normal_letters("بغداد") != normal_letters("بابل")
