"""A page holds neither scripts nor styles of its own, says nothing by itself, and turns round for right to left."""

import re

import pytest

from tests.architecture.trees import called, script_files, style_files, templates

JINJA = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
TAG = re.compile(r"<[^>]*>", re.DOTALL)
HIDDEN = re.compile(r"<!--.*?-->|<code\b.*?</code>|<style\b.*?</style>", re.DOTALL)
# Attributes that people hear or see.
SPOKEN = re.compile(r"""\b(?:title|alt|placeholder|aria-label|aria-description)\s*=\s*["']([^"']*)["']""")
# One word is a code, a unit or a name; two words in a row are a sentence that nobody can translate.
SENTENCE = re.compile(r"[^\W\d_]{2,}[ ,]+[^\W\d_]{2,}")
LEFT_OR_RIGHT = re.compile(
    r"(?:margin|padding|border|inset)-(?:left|right)(?:-\w+)?\s*:"
    r"|(?<![\w-])(?:left|right)\s*:"
    r"|(?:text-align|float|clear)\s*:\s*(?:left|right)\b"
    r"|border-(?:top|bottom)-(?:left|right)-radius\s*:"
)
ANY_TEMPLATE = pytest.mark.parametrize("path", templates(), ids=called)


def without_jinja(text: str) -> str:
    return JINJA.sub("", text)


@ANY_TEMPLATE
def test_a_page_holds_no_style_of_its_own(path):
    text = without_jinja(path.read_text(encoding="utf-8"))
    assert re.findall(r"<style\b|\sstyle\s*=", text) == []


@ANY_TEMPLATE
def test_a_page_holds_no_script_of_its_own(path):
    text = path.read_text(encoding="utf-8")
    scripts = re.findall(r"<script\b[^>]*>", text)
    assert [each for each in scripts if " src=" not in each] == []
    assert re.findall(r"\son\w+\s*=|javascript:", text, re.IGNORECASE) == []


@ANY_TEMPLATE
def test_a_page_trusts_no_text_with_its_markup(path):
    """`|safe` only for what the server drew itself: a value that came from outside is never markup."""
    drawn_here = {"svg", "map_svg", "picture", "qr", "chart", "drawing"}
    trusted = re.findall(r"\{\{-?\s*([\w.]+)[^}]*\|\s*safe", path.read_text(encoding="utf-8"))
    assert {each.split(".")[-1] for each in trusted} <= drawn_here
    assert "autoescape false" not in path.read_text(encoding="utf-8")


@ANY_TEMPLATE
def test_a_page_says_nothing_by_itself(path):
    text = without_jinja(HIDDEN.sub("", path.read_text(encoding="utf-8")))
    said = [*TAG.sub("\n", text).splitlines(), *SPOKEN.findall(text)]
    assert [line.strip() for line in said if SENTENCE.search(line)] == []


@ANY_TEMPLATE
def test_a_page_fetches_nothing_from_elsewhere(path):
    text = path.read_text(encoding="utf-8").replace("http://www.w3.org/", "")
    assert re.findall(r"""(?:src|href|action)\s*=\s*["'](?:https?:)?//""", text) == []


@ANY_TEMPLATE
def test_a_form_that_changes_something_shows_that_it_is_ours(path):
    text = path.read_text(encoding="utf-8")
    for form in re.findall(r"<form\b.*?</form>", text, re.DOTALL):
        if re.search(r"""method\s*=\s*["']post""", form, re.IGNORECASE):
            assert 'name="csrf"' in form or "csrf_field" in form, form[:120]


@pytest.mark.parametrize("path", style_files(), ids=called)
def test_styles_know_start_and_end_not_left_and_right(path):
    text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    lines = [line.strip() for line in text.splitlines() if LEFT_OR_RIGHT.search(line)]
    assert lines == []


@pytest.mark.parametrize("path", style_files(), ids=called)
def test_styles_fetch_nothing_from_elsewhere(path):
    text = path.read_text(encoding="utf-8")
    assert re.findall(r"@import\s+(?:url\()?[\"']?(?:https?:)?//|url\(\s*[\"']?(?:https?:)?//", text) == []


@pytest.mark.parametrize("path", script_files(), ids=called)
def test_scripts_make_no_markup_of_text(path):
    """Text that came from outside goes in as text; markup is only what the server drew and escaped itself."""
    text = path.read_text(encoding="utf-8")
    assert re.findall(r"\beval\(|new Function\(|document\.write|dangerouslySetInnerHTML|\.outerHTML\s*=", text) == []
