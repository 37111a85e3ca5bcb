"""Examples in docstrings: run as a reader runs them, and each shows a use.

Pytest collects the same examples.  What is tested here is that they hold
without it: ``python -m doctest micrograd/functions.py`` and nothing else.
"""

import ast
import doctest
import inspect
import os
import subprocess
import sys
from pathlib import Path

import pytest
from test_house import PUBLIC

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "micrograd"
# Plain doctest puts a file's folder first on the path, where tensors.random
# would hide Python's own; pytest runs the examples there.
FOLDERS = sorted(
    {path.parent for path in PACKAGE.rglob("*.py")} - {PACKAGE / "tensors"}
)


def plain_doctest(*paths):
    """Run ``python -m doctest`` on files, warnings left alone."""
    here = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    return subprocess.run(
        [sys.executable, "-m", "doctest", *map(str, paths)],
        cwd=ROOT,
        env={
            **os.environ,
            "PYTHONPATH": here,
            "PYTHONUTF8": "1",
            "MPLBACKEND": "agg",
        },
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda p: p.name)
def test_plain_doctest_passes_on_every_file(folder):
    # As a module of its own, __main__ would be doctest's.
    files = [path for path in folder.glob("*.py") if path.stem != "__main__"]
    done = plain_doctest(*sorted(files))
    assert done.returncode == 0, done.stdout + done.stderr


def test_plain_doctest_fails_where_an_example_is_wrong(tmp_path):
    wrong = tmp_path / "wrong.py"
    wrong.write_text('"""\n>>> 1 + 1\n3\n"""\n', encoding="utf-8")
    assert plain_doctest(wrong).returncode == 1


def examples_of(thing):
    text = inspect.getdoc(thing) or ""
    return doctest.DocTestParser().get_examples(text)


def uses(name, example):
    """Whether a name is called, decorates, or is handed to a function."""
    for node in ast.walk(ast.parse(example.source)):
        parts = getattr(node, "decorator_list", [])
        if isinstance(node, ast.Call):
            parts = [node.func, *node.args]
        for part in parts:
            if name in {getattr(part, "id", ""), getattr(part, "attr", "")}:
                return True
    return False


@pytest.mark.parametrize("name", PUBLIC)
def test_an_example_shows_what_its_name_does(name):
    examples = examples_of(PUBLIC[name])
    assert any(e.want for e in examples), "nothing is shown"
    own = name.rpartition(".")[2]
    # An object of a class may come from a function, as a Graph does.
    made = inspect.isclass(PUBLIC[name])
    assert made or any(uses(own, e) for e in examples), "it is not used"
