"""What the tests of the layout read: our own source files, as text and as syntax trees."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("sync", "schemas", "maps", "server")
# Made by programs, or by others: nobody reads or reviews them line by line.
NOT_OURS = frozenset({"node_modules", "dist", "__pycache__", "versions"})


@cache
def python_files(*folders: str) -> tuple[Path, ...]:
    """Every module of the program, or of `folders` alone; migrations are written by a program and left out."""
    return tuple(_found(folders or FOLDERS, (".py",)))


@cache
def script_files() -> tuple[Path, ...]:
    return tuple(_found(("web",), (".ts", ".tsx")))


@cache
def style_files() -> tuple[Path, ...]:
    return tuple(_found(("web",), (".css",)))


@cache
def templates() -> tuple[Path, ...]:
    return tuple(_found(("server/templates",), (".html", ".svg")))


def _found(folders: tuple[str, ...], suffixes: tuple[str, ...]) -> Iterator[Path]:
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in suffixes and not NOT_OURS & set(path.parts):
                yield path


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def called(path: Path) -> str:
    """The path as a reader of a failed test knows it."""
    return path.relative_to(ROOT).as_posix()


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (each for each in ast.walk(tree(path)) if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef))


def imported(path: Path) -> set[str]:
    """The first part of every module that a file imports, wherever in the file it does so."""
    found = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {each.name.split(".")[0] for each in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
    return found


def dotted(node: ast.AST) -> str:
    """`datetime.now` of the expression that calls it; empty for anything but names."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        before = dotted(node.value)
        return f"{before}.{node.attr}" if before else node.attr
    return ""


def calls(path: Path) -> Iterator[tuple[int, str]]:
    """(line, dotted name) of everything that a file calls."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call):
            yield node.lineno, dotted(node.func)
