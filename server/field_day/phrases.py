"""What invented observers write about an incident, in the language of where they are."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

# Where most people write Sorani; elsewhere Arabic. Kirkuk writes both.
_KURDISH = {"IQ-AR": 0.9, "IQ-DA": 0.8, "IQ-SU": 0.95, "IQ-HA": 0.95, "IQ-KI": 0.4}
_REMARKS = {
    "ar": (
        "شاهدت ذلك بنفسي.",
        "استمر ذلك نحو عشر دقائق.",
        "أبلغنا مدير المحطة فعالج الأمر.",
        "أبلغنا مدير المحطة ولم يتغير شيء.",
        "تكرر ذلك أكثر من مرة.",
        "حدث ذلك عند المدخل.",
    ),
    "ckb": (
        "بە چاوی خۆم بینیم.",
        "نزیکەی دە خولەک بەردەوام بوو.",
        "بەڕێوەبەری وێستگەمان ئاگادار کردەوە و چارەسەری کرد.",
        "بەڕێوەبەری وێستگەمان ئاگادار کردەوە و هیچ نەگۆڕا.",
        "زیاتر لە جارێک دووبارە بووەوە.",
        "لە دەروازەکەدا ڕوویدا.",
    ),
}


def describe(label: Mapping[str, str], governorate: str, random: Random) -> str:
    """A sentence or two; no name, number or place in it."""
    language = "ckb" if random.random() < _KURDISH.get(governorate, 0) else "ar"
    return f"{label[language]}. {random.choice(_REMARKS[language])}"
