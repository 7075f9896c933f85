"""What the documents name is there: files, tests, commands, settings, tables; whoever follows a pointer arrives."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from server.cli import main
from server.tables import METADATA, PROJECTIONS
from tests.architecture.trees import ROOT

DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), ROOT / "tests" / "README.md"])
# Made by `make screenshots` and `make bench` on a machine that has the time.
MADE = re.compile(r"docs/pictures/|benchmarks\.md")
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#]+)")
NAMED = re.compile(r"`((?:sync|schemas|maps|server|web|tests|docs)/[\w./-]+)`")
COMMAND = re.compile(r"^(?:\$ )?sanad ([a-z].*)$|`sanad ([a-z][^`]*)`", re.MULTILINE)
EACH = pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@EACH
def test_every_link_leads_to_a_file(path: Path) -> None:
    targets = [each.strip() for each in LINK.findall(text_of(path))]
    missing = [each for each in targets if not (path.parent / each).exists() and not MADE.search(each)]
    assert missing == []


@EACH
def test_every_file_that_is_named_is_there(path: Path) -> None:
    assert [each for each in NAMED.findall(text_of(path)) if not (ROOT / each).exists()] == []


@EACH
def test_every_command_exists_with_its_options(path: Path) -> None:
    said = [first or second for first, second in COMMAND.findall(text_of(path))]
    assert [each for each in said if not _is_command(each.split())] == []


def _is_command(words: list[str]) -> bool:
    command: click.Command = main
    while words and isinstance(command, click.Group):
        command = command.commands.get(words.pop(0), click.Command(None))
    options = {name for each in command.params for name in each.opts} | {"--help"}
    return command.name is not None and {word for word in words if word.startswith("--")} <= options


@EACH
def test_every_setting_is_read_somewhere(path: Path) -> None:
    modules = [*(ROOT / "server").rglob("*.py"), *(ROOT / "tests").glob("*.py"), ROOT / "Makefile"]
    read = "".join(map(text_of, modules))
    assert [each for each in set(re.findall(r"SANAD_[A-Z_]+", text_of(path))) if each not in read] == []


def test_the_table_of_settings_is_whole() -> None:
    read = set(re.findall(r'environ\.get\("(SANAD_[A-Z_]+)"', text_of(ROOT / "server" / "config.py")))
    assert read <= set(re.findall(r"^\| `(SANAD_[A-Z_]+)`", text_of(ROOT / "docs" / "operating.md"), re.MULTILINE))


def test_the_tables_of_the_architecture_are_those_of_the_program() -> None:
    page = text_of(ROOT / "docs" / "architecture.md")
    projections = {table.__tablename__ for table in PROJECTIONS}
    for title, tables in (("record", set(METADATA.tables) - projections), ("projections", projections)):
        counted, listed = re.findall(rf"^\| \*\*{title}\*\* \((\d+)\) \| (.*) \|$", page, re.MULTILINE)[0]
        assert set(re.findall(r"`(\w+)`", listed)) == tables
        assert int(counted) == len(tables)
    assert f"There are {len(METADATA.tables)} tables" in page


@pytest.mark.parametrize(("column", "language"), [(1, "ar"), (2, "ckb")])
def test_the_vocabulary_is_what_the_screens_say(column: int, language: str) -> None:
    files = [*(ROOT / "server" / "words" / language).glob("*.ftl"), *(ROOT / "server" / "packs").glob("iraq/*.json")]
    said = "".join(map(text_of, files))
    rows = [line.strip("|").split("|") for line in text_of(ROOT / "docs" / "vocabulary.md").splitlines()]
    words = [word.strip() for row in rows if len(row) > 3 for word in row[column].split("؛")]
    assert [word for word in words if word and not word.isascii() and word not in said] == []


def test_every_decision_is_listed() -> None:
    folder = ROOT / "docs" / "decisions"
    listed = set(re.findall(r"\((\d{4}-[\w-]+\.md)\)", text_of(folder / "README.md")))
    assert listed == {path.name for path in folder.glob("0*.md")}
    for name in listed:
        assert text_of(folder / name).startswith(f"# {int(name[:4])}. "), name


def test_the_readme_is_short() -> None:
    assert len(text_of(ROOT / "README.md").splitlines()) <= 120
