"""What is written is committed in few places, and time and chance come in by one door."""

import ast

from tests.architecture.trees import called, calls, imported, python_files, tree

# commit() appears here and nowhere else: an operation hands a job to the writer, the follower folds by operations.
MAY_COMMIT = ("server/operations/", "server/writer.py", "server/follower.py")
DOOR = "server/clock.py"
# Drawn with a seed that the caller gives: the same seed makes the same election, day or picture.
SEEDED = ("server/field_day/", "server/demo/", "maps/")
CHANCE = {"random", "secrets", "uuid"}
# The simulated day waits between two rounds of a phone; nothing it records takes its time from there.
MAY_WAIT = ("server/field_day/",)
NOW = {
    "time.time", "time.time_ns", "time.monotonic", "time.monotonic_ns", "time.perf_counter", "datetime.now",
    "datetime.utcnow", "datetime.today", "datetime.datetime.now", "datetime.datetime.utcnow", "date.today",
    "datetime.date.today", "os.urandom", "os.getrandom",
}  # fmt: skip


def test_only_operations_the_writer_and_the_follower_commit():
    found = [
        f"{called(path)}:{line}"
        for path in python_files()
        if not called(path).startswith(MAY_COMMIT)
        for line, name in calls(path)
        if name.split(".")[-1] in ("commit", "autocommit")
    ]
    assert found == []


def test_the_writer_commits_so_that_the_rule_above_finds_what_it_looks_for():
    writer = next(path for path in python_files("server") if called(path) == "server/writer.py")
    assert any(name.endswith(".commit") for _, name in calls(writer))


def test_nobody_but_the_clock_asks_what_time_it_is():
    found = [
        f"{called(path)}:{line} {name}"
        for path in python_files()
        if called(path) != DOOR
        for line, name in calls(path)
        if name in NOW and not called(path).startswith(MAY_WAIT)
    ]
    assert found == []


def test_nobody_but_the_clock_draws_by_chance():
    found = {
        called(path): imported(path) & CHANCE
        for path in python_files()
        if called(path) != DOOR and not called(path).startswith(SEEDED)
    }
    assert {path: names for path, names in found.items() if names} == {}


def test_what_is_drawn_elsewhere_has_a_seed():
    """`Random(seed)`, never `Random()` or the functions of the module, which begin anywhere."""
    found = []
    for path in python_files():
        if not called(path).startswith(SEEDED):
            continue
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Import) and any(each.name in CHANCE for each in node.names):
                found.append(f"{called(path)}:{node.lineno} imports the whole module")
            if isinstance(node, ast.ImportFrom) and node.module in CHANCE:
                names = {each.name for each in node.names} - {"Random"}
                found += [f"{called(path)}:{node.lineno} {name}" for name in sorted(names)]
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Random" and not node.args:
                found.append(f"{called(path)}:{node.lineno} Random() without a seed")
    assert found == []
