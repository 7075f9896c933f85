"""Which column is which, by headings in English, Arabic or Kurdish, in any order."""

from __future__ import annotations

from collections.abc import Mapping

from server.normal_letters import normal_letters

STATIONS = "stations"
OBSERVERS = "observers"
PRIVATE = "private"  # names, telephones: never stored, and the person who hands them in is told so

_GOVERNORATE = (
    "governorate",
    "province",
    "gov",
    "المحافظة",
    "محافظة",
    "رمز المحافظة",
    "اسم المحافظة",
    "پارێزگا",
)
_HEADINGS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    STATIONS: {
        "centre": (
            *(
                "centre",
                "center",
                "polling centre",
                "polling center",
                "centre code",
                "center code",
                "centre number",
            ),
            *("center number", "pc", "المركز", "مركز", "مركز الاقتراع", "رقم المركز", "رمز المركز"),
            *("رقم مركز الاقتراع", "بنکە", "بنکەی دەنگدان", "کۆدی بنکە", "ژمارەی بنکە"),
        ),
        "station": (
            *(
                "station",
                "polling station",
                "station code",
                "station number",
                "ps",
                "المحطة",
                "محطة",
                "رقم المحطة",
            ),
            *(
                "رمز المحطة",
                "محطة الاقتراع",
                "رقم محطة الاقتراع",
                "وێستگە",
                "وێستگەی دەنگدان",
                "ژمارەی وێستگە",
            ),
            "کۆدی وێستگە",
        ),
        "name": ("name", "centre name", "center name", "polling centre name", "polling center name"),
        "name_ar": (
            *("name ar", "arabic name", "name arabic", "الاسم", "اسم المركز", "اسم مركز الاقتراع"),
            *("الاسم بالعربية", "الاسم العربي", "الاسم بالعربي", "ناوی عەرەبی"),
        ),
        "name_ckb": (
            *("name ckb", "name ku", "kurdish name", "name kurdish", "الاسم بالكردية", "الاسم الكردي", "ناو"),
            *("ناوی بنکە", "ناوی کوردی", "ناو بە کوردی"),
        ),
        "name_en": (
            *(
                "name en",
                "english name",
                "name english",
                "الاسم بالإنجليزية",
                "الاسم الإنجليزي",
                "الاسم بالانكليزية",
            ),
            *("ناوی ئینگلیزی", "ناو بە ئینگلیزی"),
        ),
        "governorate": _GOVERNORATE,
        "latitude": ("latitude", "lat", "y", "خط العرض", "دائرة العرض", "هێڵی پانی", "پانی"),
        "longitude": ("longitude", "lon", "lng", "long", "x", "خط الطول", "هێڵی درێژی", "درێژی"),
        "registered": (
            *(
                "registered",
                "registered voters",
                "voters",
                "الناخبون",
                "الناخبين",
                "عدد الناخبين",
                "الناخبون المسجلون",
            ),
            *("عدد الناخبين المسجلين", "المسجلون", "دەنگدەران", "ژمارەی دەنگدەران", "دەنگدەری تۆمارکراو"),
        ),
    },
    OBSERVERS: {
        "badge": (
            *(
                "badge",
                "badge number",
                "badge no",
                "accreditation",
                "accreditation number",
                "الباج",
                "رقم الباج",
            ),
            *("رقم الاعتماد", "رقم البطاقة", "باج", "ژمارەی باج"),
        ),
        "observer": (
            *(
                "observer",
                "observer id",
                "observer code",
                "observer number",
                "المراقب",
                "رقم المراقب",
                "رمز المراقب",
            ),
            *("چاودێر", "کۆدی چاودێر", "ژمارەی چاودێر"),
        ),
        "organisation": ("organisation", "organization", "org", "المنظمة", "منظمة", "الجهة", "ڕێکخراو"),
        "stations": (
            *(
                "stations",
                "station",
                "polling stations",
                "polling station",
                "station codes",
                "المحطات",
                "محطات",
            ),
            *("المحطة", "رموز المحطات", "رمز المحطة", "وێستگەکان", "وێستگە", "کۆدی وێستگە"),
        ),
        "governorate": _GOVERNORATE,
        PRIVATE: (
            *(
                "name",
                "full name",
                "observer name",
                "first name",
                "last name",
                "surname",
                "father name",
                "phone",
            ),
            *("phone number", "mobile", "mobile number", "telephone", "tel", "email", "e mail", "address"),
            *(
                "national id",
                "id number",
                "date of birth",
                "birth date",
                "الاسم",
                "اسم المراقب",
                "الاسم الكامل",
            ),
            *("الاسم الثلاثي", "الاسم الرباعي", "الهاتف", "رقم الهاتف", "الموبايل", "رقم الموبايل", "البريد"),
            *(
                "البريد الإلكتروني",
                "العنوان",
                "رقم الهوية",
                "تاريخ الميلاد",
                "ناو",
                "ناوی چاودێر",
                "ناوی تەواو",
            ),
            *("ناوی سیانی", "مۆبایل", "ژمارەی مۆبایل", "تەلەفۆن", "ژمارەی تەلەفۆن", "ئیمەیل", "ناونیشان"),
        ),
    },
}
# Without these a list of that kind says nothing; each entry is satisfied by any one of its fields.
REQUIRED: Mapping[str, tuple[tuple[str, ...], ...]] = {
    STATIONS: (("station",), ("governorate",)),
    OBSERVERS: (("badge", "observer"),),
}
_FIELD_BY_HEADING = {
    kind: {normal_letters(heading): name for name, headings in fields.items() for heading in headings}
    for kind, fields in _HEADINGS.items()
}


def field_of(kind: str, heading: str) -> str | None:
    """The field that a column with this heading holds, or None for a column we do not know."""
    return _FIELD_BY_HEADING[kind].get(normal_letters(heading))


def missing(kind: str, fields: set[str]) -> list[str]:
    """What a list of this kind must have and this one has not."""
    return [" / ".join(choice) for choice in REQUIRED[kind] if not fields & set(choice)]
