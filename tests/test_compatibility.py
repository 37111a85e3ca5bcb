"""Programs as learners write them, on both packages.

The table is in ``tests/habits``; what the first micrograd answers is saved
there, and ``python tests/habits/answers.py record`` asks it again.
"""

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests" / "habits"))
import answers  # noqa: E402

TABLE = answers.habits()
EACH = pytest.mark.parametrize("habit", TABLE, ids=lambda habit: habit.title)


@pytest.fixture(scope="module")
def ours():
    pytest.importorskip("numpy")
    pytest.importorskip("graphviz")
    found = answers.answers(ROOT, [habit.program for habit in TABLE])
    return {h.title: text for h, text in zip(TABLE, found, strict=True)}


@EACH
def test_a_program_prints_what_the_table_says(habit, ours):
    expected = habit.ours or answers.saved()["answers"][habit.title]
    assert expected == ours[habit.title]


@EACH
def test_a_difference_is_one_and_has_a_reason(habit):
    first = answers.saved()["answers"][habit.title]
    assert habit.ours != first
    assert bool(habit.ours) == bool(habit.why)


def test_the_table_is_as_long_as_promised_and_names_each_program_once():
    titles = [habit.title for habit in TABLE]
    assert 60 <= len(titles) == len(set(titles))
    assert set(titles) == set(answers.saved()["answers"])


def test_an_error_of_a_program_is_its_answer():
    wrong, right = answers.answers(ROOT, ["print(1)\n1 / 0", "print(2)"])
    assert "1\nZeroDivisionError: division by zero\n" == wrong
    assert "2\n" == right


def test_a_program_sees_nothing_that_another_one_changed():
    change = "from micrograd import Value\nValue.relu = None"
    look = "from micrograd import Value\nprint(Value(1.0).relu().data)"
    assert ["", "1.0\n"] == answers.answers(ROOT, [change, look])
