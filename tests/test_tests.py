"""The tests themselves: what none of them may lean on.

A test that reads the clock fails where others are at work, and one that
takes the system for granted fails on another system.  Everything here
reads the source of the tests.
"""

import ast
import collections
import functools
import re
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parent
FILES = sorted(HERE.glob("*.py"))
EVERY_FILE = pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)


@functools.cache
def tree_of(path):
    return ast.parse(path.read_text(encoding="utf-8"))


@functools.cache
def calls_in(path):
    """Each call with the last part of the name that is called."""
    nodes = ast.walk(tree_of(path))
    calls = [node for node in nodes if isinstance(node, ast.Call)]
    return [
        (getattr(one.func, "attr", getattr(one.func, "id", "")), one)
        for one in calls
    ]


# --- No test depends on the machine ---

CLOCKS = {
    f"{name}{unit}"
    for name in ("time", "monotonic", "perf_counter", "process_time")
    for unit in ("", "_ns")
} | {"timeit", "thread_time", "autorange"}


# There a clock is what is refused.
CLOCK_IS_THE_SUBJECT = {"test_compiler_refusals"}


@EVERY_FILE
def test_no_test_reads_a_clock(path):
    read = CLOCKS & {name for name, _ in calls_in(path)}
    assert not read or path.stem in CLOCK_IS_THE_SUBJECT


@EVERY_FILE
def test_no_test_gives_up_after_some_seconds(path):
    given = {k.arg for _, call in calls_in(path) for k in call.keywords}
    assert not {"timeout", "deadline"} & given or path.stem == "conftest"


def test_browser_tests_have_one_limit_and_it_is_long():
    for path in sorted((HERE / "browser").glob("*.py")):
        for name, call in calls_in(path):
            given = [k.value for k in call.keywords if k.arg == "timeout"]
            if "timeout" in name and name != "wait_for_timeout":
                given += call.args
            assert all("PATIENCE" in ast.unparse(one) for one in given), path
    conftest = (HERE / "browser" / "conftest.py").read_text("utf-8")
    (seconds,) = re.findall(r"^PATIENCE = (\S+)$", conftest, re.MULTILINE)
    assert float(seconds) >= 300


# --- No test depends on the system ---

# How many arguments come before the encoding.
TEXT = {"read_text": 0, "write_text": 1}


def says_how(name, call):
    """Whether a call that handles a file of text names the encoding."""
    named = "encoding" in {keyword.arg for keyword in call.keywords}
    return named or len(call.args) > TEXT[name]


PROGRAMS = [
    *FILES,
    ROOT / "noxfile.py",
    *(
        path
        for folder in ("micrograd", "benchmarks", "gallery", "docs/_ext")
        for path in sorted((ROOT / folder).rglob("*.py"))
    ),
]


def test_a_file_of_text_is_read_and_written_with_its_encoding():
    silent = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for path in PROGRAMS
        if path.name != "noxfile.py"
        for name, call in calls_in(path)
        if name in TEXT and not says_how(name, call)
    ]
    assert not silent


@EVERY_FILE
def test_paths_are_joined_as_the_system_joins_them(path):
    for name, call in calls_in(path):
        joined = getattr(call.func, "value", None)
        if name == "join" and isinstance(joined, ast.Constant):
            assert joined.value != ":", "os.pathsep"


@EVERY_FILE
def test_another_python_gets_the_rest_of_the_environment(path):
    for name, call in calls_in(path):
        for keyword in call.keywords:
            if keyword.arg == "env" and name in {"run", "Popen"}:
                assert "os.environ" in ast.unparse(keyword.value)


# --- No test is fooled ---


@EVERY_FILE
def test_a_table_of_cases_is_written_once(path):
    names = collections.Counter(
        target.id
        for node in tree_of(path).body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    )
    assert all(count == 1 for count in names.values()), names.most_common(1)


@EVERY_FILE
def test_lists_are_compared_to_the_end(path):
    # `map` stops with the shorter list, without a word: see `all_close`.
    for name, call in calls_in(path):
        if name == "map":
            assert len(call.args) < 3, ast.unparse(call)
