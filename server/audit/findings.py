"""What an audit found: each thing that is wrong in one sentence, what was checked, and what it cannot know."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Findings:
    """Sentences in the order in which they were found."""

    wrong: list[str] = field(default_factory=list)
    checked: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)

    @contextmanager
    def reading(self, what: str) -> Iterator[None]:
        """What cannot even be read is one more finding, and the audit goes on with the next thing.

        Every fault is meant: a damaged copy can break any line of ours or of a library in a way nobody listed.
        """
        try:
            yield
        except Exception as error:
            self.wrong.append(f"{what} cannot be read: {error or type(error).__name__}")

    def as_members(self) -> dict[str, object]:
        return {"ok": not self.wrong, **{name: list(dict.fromkeys(getattr(self, name))) for name in
                                         ("wrong", "checked", "unknown")}}  # fmt: skip
