"""Finds the governorate that a cell means: its code, or its name in any language and spelling of the pack."""

from __future__ import annotations

from server.normal_letters import normal_letters
from server.packs import Pack

_GOVERNORATE_WORDS = frozenset(
    map(normal_letters, ("محافظة", "governorate", "province", "پارێزگا", "پارێزگای"))
)


class GovernorateNames:
    """Built once a list. Offices count too: Karkh and Rusafa are both Baghdad."""

    def __init__(self, pack: Pack) -> None:
        self._code_by_name: dict[str, str] = {}
        for governorate in pack.governorates:
            for office in governorate.offices:
                self._add(governorate.code, office.code, *office.name.values())
        for governorate in pack.governorates:
            without_country = governorate.code.partition("-")[2]
            names = (*governorate.name.values(), *governorate.aliases)
            self._add(governorate.code, governorate.code, without_country, *names)

    def code_of(self, text: str) -> str | None:
        key = normal_letters(text)
        return self._code_by_name.get(key) or self._code_by_name.get(_without_word(key))

    def _add(self, code: str, *names: str) -> None:
        for name in names:
            self._code_by_name[normal_letters(name)] = code
            self._code_by_name[_without_article(normal_letters(name))] = code


def _without_article(key: str) -> str:
    for article in ("ال", "al "):
        if key.startswith(article):
            return key[len(article) :]
    return key


def _without_word(key: str) -> str:
    kept = [word for word in key.split() if word not in _GOVERNORATE_WORDS]
    return _without_article(" ".join(kept))
