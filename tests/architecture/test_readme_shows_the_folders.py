"""The README's map of the folders is the disk: whoever is lost finds the way by it."""

import re
import subprocess

from tests.architecture.trees import ROOT

HEADING = "## The folders"
# Roots of folders that a reader finds on the disk and not in the map: made by tools, or hidden.
NOT_SHOWN = re.compile(r"^\.|egg-info$|^(?:node_modules|dist|build|__pycache__)$")
BRANCH = re.compile(r"^(?P<depth>[\s│├└─|`+-]*)(?P<name>[\w.-]+/?)")


def block(readme: str) -> str:
    """The fenced block below the heading."""
    found = re.search(re.escape(HEADING) + r"\b.*?\n```[^\n]*\n(.*?)\n```", readme, re.DOTALL)
    assert found, f"README.md has {HEADING!r} without a fenced block below it"
    return found[1]


def shown(drawn: str) -> set[str]:
    """Paths of a tree drawn by indentation, two columns or more a level; what follows the name is said about it."""
    found: set[str] = set()
    above: list[tuple[int, str]] = []
    for line in drawn.splitlines():
        match = BRANCH.match(line)
        if not match or not line.strip():
            continue
        depth = len(match["depth"])
        while above and above[-1][0] >= depth:
            above.pop()
        path = "/".join([*(name for _, name in above), match["name"].rstrip("/")])
        above.append((depth, match["name"].rstrip("/")))
        found.add(path)
    return found


def kept() -> set[str]:
    """Every folder and root file that git keeps."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout
    paths = [path for path in listed.splitlines() if (ROOT / path).exists()]
    paths = paths or [str(path.relative_to(ROOT)) for path in ROOT.rglob("*")]
    folders = {"/".join(path.split("/")[:depth]) for path in paths for depth in range(1, path.count("/") + 1)}
    return folders | set(paths)


def test_a_drawn_tree_is_read_as_its_author_meant_it():
    drawn = "sync/       decides\nserver/     does\n  http/     speaks\n    phone/\n  words/\nREADME.md"
    assert shown(drawn) == {"sync", "server", "server/http", "server/http/phone", "server/words", "README.md"}
    assert shown("server/\n├── http/\n│   └── phone/\n└── words/") == shown("server/\n  http/\n    phone/\n  words/")


def test_what_the_readme_shows_is_on_the_disk():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    if HEADING in readme:
        assert sorted(shown(block(readme)) - kept()) == []


def test_every_folder_of_the_root_is_in_the_readme():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    if HEADING in readme:
        folders = {path for path in kept() if "/" not in path and (ROOT / path).is_dir()}
        missing = {name for name in folders if not NOT_SHOWN.search(name)} - shown(block(readme))
        assert sorted(missing) == []
