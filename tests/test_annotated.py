"""The annotated source: code by reference, and nothing left out."""

import ast
import re
import sys
from collections import Counter
from pathlib import Path

import pytest

DOCS = Path(__file__).parent.parent / "docs"
sys.path.append(str(DOCS / "_ext"))

annotated = pytest.importorskip(
    "annotated", reason="pages are read by Sphinx: install the docs group"
)

EVERYTHING = [
    (module, name)
    for module in annotated.modules()
    for name in annotated.things(module)
]


def test_a_docstring_is_cut_to_its_summary():
    found = annotated.code("engine", "Value.detach")
    summary = "The same number as a constant: no gradient flows through it."
    assert f'"""{summary}"""' in found
    assert ">>>" not in found


def test_methods_stand_under_the_head_of_their_class():
    found = annotated.listing("engine", ["class Value", "Value.__init__"])
    assert "class Value(Operators):" in found.splitlines()
    assert found.count("class Value") == 1
    assert "def backward" not in found


def test_a_method_alone_says_whose_it_is():
    found = annotated.listing("engine", ["_record", "Value.detach"])
    assert "class Value:" in found.splitlines()


def test_a_comment_above_belongs_to_what_it_explains():
    found = annotated.code("differences", "STEP")
    assert found.startswith("# The difference quotient")


def test_whatever_is_shown_is_python():
    for module, name in EVERYTHING:
        assert ast.parse(annotated.listing(module, [name])).body


def test_what_stands_on_no_page_is_named():
    told = {f"{module}:{name}" for module, name in EVERYTHING}
    assert annotated.untold(told) == []
    told -= {"engine:chain_rule"}
    assert annotated.untold(told) == ["micrograd.engine.chain_rule"]


def directives():
    """What the pages ask for: a module, and a name of it."""
    form = re.compile(r"(?m)^`{3,}\{beside\} (.+)$")
    for page in sorted((DOCS / "source").glob("*.md")):
        told = set()
        for argument in form.findall(page.read_text("utf-8")):
            module, names = annotated.asked(argument, told)
            for name in names:
                shown = annotated.parts(module, name)
                told |= {f"{module}:{part}" for part in shown}
                yield module, name


def test_the_pages_tell_what_is_there_and_leave_nothing_out():
    gone = [
        f"{module}: {name}"
        for module, name in directives()
        if name.removeprefix("class ") not in annotated.things(module)
    ]
    assert not gone
    told = {
        f"{module}:{part}"
        for module, name in directives()
        for part in annotated.parts(module, name)
    }
    assert not annotated.untold(told)


def test_no_code_is_shown_twice():
    shown = Counter(
        (module, annotated.things(module)[part])
        for module, name in directives()
        for part in annotated.parts(module, name)
        if "." in part or part == name.removeprefix("class ")
    )
    assert not [
        f"{module}, line {statement.lineno}"
        for (module, statement), times in shown.items()
        if times > 1
    ]


def test_a_class_tells_its_methods_and_a_head_does_not():
    assert "Value.backward" in annotated.parts("engine", "Value")
    assert annotated.parts("engine", "class Value") == ["Value"]


def test_a_module_alone_stands_for_what_no_block_above_has_shown():
    module, names = annotated.asked("trees", set())
    assert (module, names[0]) == ("trees", "Tree")
    assert set(names) == set(annotated.things("trees"))
    told = {"trees:Tree", "trees:leaves"}
    assert annotated.rest("trees", told) == [
        name for name in names if name not in {"Tree", "leaves"}
    ]


def test_a_class_that_is_told_in_part_is_continued_without_its_head():
    told = {"engine:Value.backward"}
    names = annotated.rest("engine", told)
    assert "class Value" in names
    assert "Value.detach" in names
    assert "Value.backward" not in names


def test_two_names_of_one_line_are_told_together():
    assert annotated.parts("datasets", "BIG") == ["BIG", "SMALL"]
    assert annotated.code("datasets", "SMALL").startswith("BIG, SMALL = ")


def test_constants_stand_close_together():
    found = annotated.listing("operators", ["ADD", "MULTIPLY", "ground"])
    assert found.splitlines()[2:4] == ["", ""]
    assert found.splitlines()[1].startswith("MULTIPLY, DIVIDE = ")
