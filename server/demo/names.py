"""Invented, neutral names for the demonstration's schools and organisations, in three languages."""

from __future__ import annotations

from random import Random

Names = dict[str, str]

# Things that schools anywhere are named after; no person, tribe, party or real organisation.
_THINGS = (
    ("الأمل", "هیوا", "Hope"),
    ("السلام", "ئاشتی", "Peace"),
    ("النور", "ڕووناکی", "Light"),
    ("الربيع", "بەهار", "Spring"),
    ("الزهور", "گوڵان", "Flowers"),
    ("النخيل", "دارخورما", "Palms"),
    ("الفجر", "بەرەبەیان", "Dawn"),
    ("المعرفة", "زانین", "Knowledge"),
    ("الحكمة", "دانایی", "Wisdom"),
    ("الينابيع", "کانییەکان", "Springs"),
    ("الجسر", "پرد", "The Bridge"),
    ("النهر", "ڕووبار", "The River"),
    ("السنابل", "گوڵەگەنم", "Ears of Wheat"),
    ("الرمان", "هەنار", "Pomegranate"),
    ("الزيتون", "زەیتوون", "Olives"),
    ("القلم", "پێنووس", "The Pen"),
    ("النجوم", "ئەستێرەکان", "Stars"),
    ("القمر", "مانگ", "The Moon"),
    ("الشمس", "هەتاو", "The Sun"),
    ("البستان", "باخچە", "The Orchard"),
    ("الجبل", "چیا", "The Mountain"),
    ("السهل", "دەشت", "The Plain"),
    ("الحمامة", "کۆتر", "The Dove"),
    ("الوفاء", "دڵسۆزی", "Loyalty"),
)
_SCHOOLS = (
    ("مدرسة {} الابتدائية", "قوتابخانەی سەرەتایی {}", "{} Primary School"),
    ("متوسطة {}", "ناوەندی {}", "{} Intermediate School"),
    ("إعدادية {}", "ئامادەیی {}", "{} Preparatory School"),
    ("ثانوية {}", "دواناوەندی {}", "{} Secondary School"),
)
ORGANISATIONS: tuple[tuple[str, Names], ...] = (
    ("meezan", {"ar": "شبكة ميزان للمراقبة", "ckb": "تۆڕی میزان بۆ چاودێری", "en": "Meezan Network"}),
    ("basira", {"ar": "منظمة بصيرة", "ckb": "ڕێکخراوی بەسیرە", "en": "Basira Organisation"}),
    ("hawdang", {"ar": "تجمع هاودنگ", "ckb": "کۆمەڵەی هاودەنگ", "en": "Hawdang Assembly"}),
)
COMMISSION: tuple[str, Names] = (
    "commission",
    {"ar": "المفوضية (عرض تجريبي)", "ckb": "کۆمسیۆن (نموونە)", "en": "Commission (demonstration)"},
)
ELECTION: Names = {
    "ar": "انتخابات تجريبية",
    "ckb": "هەڵبژاردنی نموونەیی",
    "en": "Demonstration election",
}


def school_names(random: Random, count: int) -> list[Names]:
    """`count` different names for the schools of one governorate: a number tells namesakes apart."""
    pairs = [(thing, school) for thing in _THINGS for school in _SCHOOLS]
    random.shuffle(pairs)
    names = []
    for place in range(count):
        thing, school = pairs[place % len(pairs)]
        number = place // len(pairs) + 1
        suffix = f" {number}" if number > 1 else ""
        texts = [pattern.format(word) + suffix for pattern, word in zip(school, thing, strict=True)]
        names.append(dict(zip(("ar", "ckb", "en"), texts, strict=True)))
    return names
