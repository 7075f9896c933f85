"""Lays results tapes side by side, figure by figure: sums that fail, values that differ, machine against hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from server.comparison import Line, compare, names_in
from server.projections.reports import ReportRow
from server.running import running
from server.tape_sums import FIGURES, Difference, Sum, check_sums, count_difference, integers


@dataclass(frozen=True)
class Column:
    """One version of one tape. `count` is machine or manual."""

    report: ReportRow
    count: str
    figures: Mapping[str, int]
    votes: Mapping[str, int]
    sums: list[Sum]

    @property
    def total(self) -> int | None:
        return sum(self.votes.values()) if self.votes else None


@dataclass(frozen=True)
class TapeTable:
    """The columns, their figures and votes line by line, and the lines on which tapes of the same count differ."""

    columns: list[Column]
    figures: list[Line]
    votes: list[Line]
    contested: frozenset[str]
    difference: Difference | None

    @property
    def has_wrong_sums(self) -> bool:
        return any(not each.holds for column in self.columns for each in column.sums)


def tape_columns(tapes: Sequence[tuple[ReportRow, Mapping[str, Any]]], registered: int | None) -> TapeTable:
    """The tapes, machine counts first. A machine count and a hand count may differ; two of one kind may not."""
    columns = sorted((_column(*tape, registered) for tape in tapes), key=lambda column: column.count != "machine")
    figures = compare([column.figures for column in columns], names_in([c.figures for c in columns], FIGURES))
    votes = compare([column.votes for column in columns], names_in([c.votes for c in columns], _lists()))
    contested = frozenset(
        line.name
        for count in ("machine", "manual")
        for line in _lines_of([column for column in columns if column.count == count])
        if line.is_contested
    )
    return TapeTable(columns, figures, votes, contested, _difference(columns))


def _column(report: ReportRow, body: Mapping[str, Any], registered: int | None) -> Column:
    figures, votes = integers(body.get("figures")), integers(body.get("votes"))
    count = str(body.get("count") or report.type or "machine")
    return Column(report, count, figures, votes, check_sums(figures, votes, registered))


def _lists() -> list[str]:
    return [each["code"] for each in running().pack.settings.get("lists", ())]


def _lines_of(columns: Sequence[Column]) -> list[Line]:
    merged = [{**column.figures, **column.votes} for column in columns]
    return compare(merged, names_in(merged, ()))


def _difference(columns: Sequence[Column]) -> Difference | None:
    """The first machine tape against the first hand tape: with more than one of a kind, see what is contested."""
    machine = next((column for column in columns if column.count == "machine" and column.votes), None)
    manual = next((column for column in columns if column.count == "manual" and column.votes), None)
    if machine is None or manual is None:
        return None
    threshold = int(running().pack.settings.get("manual_count_difference_percent", 5))
    return count_difference(machine.votes, manual.votes, threshold)
