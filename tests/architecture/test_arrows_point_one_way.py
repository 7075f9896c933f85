"""A folder is a sentence: what decides never reaches for what does, and no arrow points back."""

import subprocess
import sys

import pytest

from tests.architecture.trees import FOLDERS, ROOT, called, imported, python_files

# Sentences 2 and 3 of the house: time and chance are arguments, so the core holds neither.
CHANCE_AND_TIME = {"time", "random", "secrets", "uuid", "datetime", "zoneinfo"}
# The core is standard library only, and of that only what touches nothing.
CORE_NEVER = CHANCE_AND_TIME | {"os", "pathlib", "logging", "socket", "subprocess", "threading", "sqlite3", "io"}


def test_the_import_contracts_of_setup_cfg_hold():
    code = "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_cache=True))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]


def test_the_contracts_cover_every_folder_and_the_layers_inside_the_server():
    text = (ROOT / "setup.cfg").read_text(encoding="utf-8")
    for sentence in ("core-is-pure", "schemas-describe", "maps-draw", "server-layers"):
        assert f"[importlinter:contract:{sentence}]" in text
    assert "exhaustive = True" in text, "a new module of the server must find its layer, or the contract says nothing"


def test_the_core_touches_nothing():
    found = {called(path): imported(path) & CORE_NEVER for path in python_files("sync")}
    assert {path: names for path, names in found.items() if names} == {}


def test_the_core_needs_nothing_but_the_standard_library():
    allowed = set(sys.stdlib_module_names) | {"sync"}
    found = {called(path): imported(path) - allowed for path in python_files("sync")}
    assert {path: names for path, names in found.items() if names} == {}


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_program_imports_neither_its_tests_nor_its_pages(folder):
    found = {called(path) for path in python_files(folder) if imported(path) & {"tests", "web"}}
    assert found == set()
