"""Every sentence exists in Arabic, Kurdish and English, with the same gaps to fill; none is missing, none left over."""

import ast
import re
from functools import cache

import pytest
from fluent.runtime import FluentBundle, FluentResource
from fluent.syntax import ast as fluent
from fluent.syntax import parse
from fluent.syntax.visitor import Visitor

from server.problems import STATUS_BY_CODE
from server.words import LANGUAGES
from tests.architecture.trees import ROOT, called, dotted, python_files, script_files, templates, tree

WORDS = ROOT / "server" / "words"
# Ids that are put together from a code: the beginning as it stands in the source before the code.
PUT_TOGETHER = re.compile(
    r"""\b(?:say|sayOr|t)\((?:\s*[\w.]+,)?\s*f?["'`]([a-z][a-z0-9]*(?:-[a-z0-9]+)*-)(?:\$?\{|["']\s*~)"""
)
# Beginnings that reach `say` through a function which puts the code behind them, so that no brace follows at once.
HANDED_ON = re.compile(r"""\bsaid\(\s*["']([a-z][a-z-]+)["']""")
LITERAL = re.compile(r"""["'`]([a-z][a-z0-9]*(?:-[a-z0-9]+)+)["'`]""")
SAID_IN_TEMPLATE = re.compile(r"""\bsay\(\s*['"]([a-z][a-z0-9-]*)['"]\s*[,)]""")
SAID_IN_SCRIPT = re.compile(r"""(?<![\w.])(?:t|say)\(\s*"([a-z][a-z0-9-]*)"\s*[,)]""")


class Gaps(Visitor):
    """Collects the names of the arguments of one sentence."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def visit_VariableReference(self, node):
        self.names.add(node.id.name)


@cache
def sentences(language: str) -> dict[str, fluent.Message]:
    found: dict[str, fluent.Message] = {}
    for path in sorted((WORDS / language).glob("*.ftl")):
        for entry in parse(path.read_text(encoding="utf-8")).body:
            assert not isinstance(entry, fluent.Junk), f"{called(path)}: {entry.content[:60]!r}"
            if isinstance(entry, fluent.Message):
                assert entry.id.name not in found, f"{called(path)}: {entry.id.name} stands twice"
                found[entry.id.name] = entry
    return found


def gaps(message: fluent.Message) -> set[str]:
    visitor = Gaps()
    visitor.visit(message)
    return visitor.names


@cache
def sources() -> str:
    """What may say sentences: modules, templates and scripts (the tests of scripts are not among them)."""
    paths = [*python_files("server"), *templates(), *(each for each in script_files() if "tests" not in each.parts)]
    return "\n".join(path.read_text(encoding="utf-8") for path in paths)


def said_by_name() -> dict[str, str]:
    """Every id that is said literally, with one place where."""
    found: dict[str, str] = {}
    for path in python_files("server"):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call) and dotted(node.func).split(".")[-1] == "say" and len(node.args) > 1:
                name = node.args[1]
                if isinstance(name, ast.Constant) and isinstance(name.value, str):
                    found[name.value] = f"{called(path)}:{node.lineno}"
    for path, pattern in (
        *((path, SAID_IN_TEMPLATE) for path in templates()),
        *((path, SAID_IN_SCRIPT) for path in script_files() if "tests" not in path.parts),
    ):
        for match in pattern.finditer(path.read_text(encoding="utf-8")):
            found[match[1]] = called(path)
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_files_of_a_language_are_those_of_the_others(language):
    expected = {path.name for path in (WORDS / "en").glob("*.ftl")}
    assert {path.name for path in (WORDS / language).glob("*.ftl")} == expected


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_file_is_read_without_a_fault(language):
    bundle = FluentBundle([language])
    for path in sorted((WORDS / language).glob("*.ftl")):
        bundle.add_resource(FluentResource(path.read_text(encoding="utf-8")))
    for name in sentences(language):
        pattern = bundle.get_message(name).value
        assert pattern is not None, f"{name} has no text"
        _, errors = bundle.format_pattern(pattern, dict.fromkeys(gaps(sentences(language)[name]), "x"))
        assert errors == [], f"{language} {name}: {errors}"


@pytest.mark.parametrize("language", sorted(set(LANGUAGES) - {"en"}))
def test_no_sentence_is_missing_in_a_language(language):
    assert set(sentences("en")) ^ set(sentences(language)) == set()


@pytest.mark.parametrize("language", sorted(set(LANGUAGES) - {"en"}))
def test_a_sentence_has_the_same_gaps_in_every_language(language):
    other = sentences(language)
    differing = {
        name: (gaps(message), gaps(other[name]))
        for name, message in sentences("en").items()
        if name in other and gaps(message) != gaps(other[name])
    }
    assert differing == {}


@pytest.mark.parametrize("language", sorted(set(LANGUAGES) - {"en"}))
def test_a_sentence_is_not_left_in_english(language):
    """A sentence of several words that reads the same in English was forgotten."""
    bundles = {each: FluentBundle([each], use_isolating=False) for each in (language, "en")}
    for each, bundle in bundles.items():
        for path in sorted((WORDS / each).glob("*.ftl")):
            bundle.add_resource(FluentResource(path.read_text(encoding="utf-8")))
    same = []
    for name in sentences("en"):
        arguments = dict.fromkeys(gaps(sentences("en")[name]), "0")
        texts = {
            bundle.format_pattern(bundle.get_message(name).value, arguments)[0]
            for bundle in bundles.values()
            if bundle.has_message(name)
        }
        if len(texts) == 1 and re.search(r"[A-Za-z]{3,} [A-Za-z]{3,} [A-Za-z]{3,}", texts.pop()):
            same.append(name)
    assert same == []


def test_every_sentence_that_is_said_exists():
    missing = {name: where for name, where in said_by_name().items() if name not in sentences("en")}
    assert missing == {}


def test_every_beginning_that_is_put_together_with_a_code_has_sentences():
    begun = set(PUT_TOGETHER.findall(sources()))
    assert begun, "the pattern finds nothing any more"
    assert [each for each in begun if not any(name.startswith(each) for name in sentences("en"))] == []


def test_no_sentence_is_left_over():
    beginnings = set(PUT_TOGETHER.findall(sources())) | {f"{each}-" for each in HANDED_ON.findall(sources())}
    literal = set(LITERAL.findall(sources()))
    left_over = [
        name
        for name in sentences("en")
        if name not in literal and not any(name.startswith(each) for each in beginnings)
    ]
    assert left_over == []


def test_every_problem_has_its_sentence():
    expected = {f"problem-{code}" for code in STATUS_BY_CODE}
    assert expected - set(sentences("en")) == set()


def test_every_problem_that_is_raised_has_its_status():
    raised = set()
    for path in python_files("server"):
        for node in ast.walk(tree(path)):
            is_problem = isinstance(node, ast.Call) and dotted(node.func).split(".")[-1] == "Problem"
            if is_problem and node.args and isinstance(node.args[0], ast.Constant):
                raised.add(node.args[0].value)
    assert raised - set(STATUS_BY_CODE) == set()


def test_digits_are_latin_in_every_language():
    """Figures are compared with tapes of paper, and both kinds of digits are in use in Iraqi offices."""
    for language in LANGUAGES:
        for path in (WORDS / language).glob("*.ftl"):
            found = re.findall(r"[٠-٩۰-۹]", path.read_text(encoding="utf-8"))
            assert found == [], called(path)
