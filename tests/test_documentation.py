"""Docstrings written in short: what is a function's own comes first."""

import functools
import inspect
from typing import NamedTuple

from micrograd.documentation import documented, shared

complete = shared("""
x, y : float
    Any number.
scale : float, optional
    A factor.
returns : float
    The result.
raises : NumberError
    If something is no number.
""")


def sections(thing):
    """The lines below each heading of a docstring."""
    found, title = {}, "summary"
    lines = inspect.getdoc(thing).splitlines()
    for line, below in zip(lines, [*lines[1:], ""], strict=True):
        if below and set(below) == {"-"}:
            title = line
        elif line and set(line) != {"-"}:
            found.setdefault(title, []).append(line)
    return found


def test_a_function_says_what_all_of_its_kind_say():
    @complete
    def add(x, y):
        """Add two numbers."""

    assert sections(add) == {
        "summary": ["Add two numbers."],
        "Parameters": ["x, y : float", "    Any number."],
        "Returns": ["float", "    The result."],
        "Raises": ["NumberError", "    If something is no number."],
    }


def test_what_a_function_says_itself_comes_first():
    @complete
    def root(x, *more, **named):
        """Take a root.

        *more, **named : float
            Ignored.
        x : float >= 0
            Its square.
        returns : complex
            The root.
        raises : OptionError
            If it is negative.
        """

    assert sections(root)["Parameters"] == [
        "x : float >= 0",
        "    Its square.",
        "*more, **named : float",
        "    Ignored.",
    ]
    assert sections(root)["Returns"] == ["complex", "    The root."]
    assert sections(root)["Raises"] == [
        "OptionError",
        "    If it is negative.",
        "NumberError",
        "    If something is no number.",
    ]


def test_prose_stays_before_the_entries_and_notes_after_them():
    @documented
    def power(x, *, p=2):
        """Multiply a number with itself.

        First: what is a power?

        x : float
            The base,
            of any sign.
        p : int
            How often.

        Notes
        -----
        It is x : x for 0.
            And so on.
        """

    assert inspect.getdoc(power).split("\n\n") == [
        "Multiply a number with itself.",
        "First: what is a power?",
        "Parameters\n----------\nx : float\n    The base,\n    of any sign.\n"
        "p : int\n    How often.",
        "Notes\n-----\nIt is x : x for 0.\n    And so on.",
    ]


def test_an_example_imports_what_it_shows():
    @complete
    def twice(x):
        """Double a number.

        >>> twice(2.0)
        4.0
        """

    found = list(sections(twice).items())[-1]
    home = f">>> from {__name__} import twice"
    assert found == ("Examples", [home, ">>> twice(2.0)", "4.0"])


def test_an_example_imports_nothing_that_is_there_already():
    @complete
    class Scaled:
        """A number times a factor.

        >>> from elsewhere import other, Scaled
        >>> Scaled(3.0)
        6.0
        """

        def __init__(self, scale):
            pass

        def half(self):
            """Half of it.

            returns : float
                The half.

            >>> x.half()
            3.0
            """

    examples = sections(Scaled)["Examples"]
    assert examples[0] == ">>> from elsewhere import other, Scaled"
    assert sections(Scaled)["Parameters"][0] == "scale : float, optional"
    assert sections(Scaled.half) == {
        "summary": ["Half of it."],
        "Returns": ["float", "    The half."],
        "Examples": [">>> x.half()", "3.0"],
    }


def test_a_heading_of_one_s_own_is_kept():
    @documented
    def one():
        """Give a number.

        Examples
        --------
        What it is:

        >>> one()
        1
        """

    assert inspect.getdoc(one).endswith("---\nWhat it is:\n\n>>> one()\n1")


def test_what_is_no_argument_is_an_attribute():
    @documented
    class Point:
        """A place.

        x : float
            Where.
        size : float
            How large.
        raises : OptionError
            If it is nowhere.
        """

        def __init__(self, x):
            pass

    @documented
    class Pair(NamedTuple):
        """Two numbers.

        x, y : float
            Any.
        """

        x: float
        y: float

    assert list(sections(Point)) == [
        "summary", "Parameters", "Attributes", "Raises",
    ]  # fmt: skip
    assert sections(Point)["Attributes"] == ["size : float", "    How large."]
    assert sections(Pair)["Attributes"] == ["x, y : float", "    Any."]


def test_what_is_wrapped_has_the_arguments_of_what_is_inside():
    def inside(x):
        """Give a number."""

    @functools.wraps(inside)
    def outside(*args):
        return inside(*args)

    complete(outside)
    assert sections(outside)["Parameters"] == ["x : float", "    Any number."]


def test_a_class_without_a_constructor_has_no_arguments():
    @documented
    class Empty:
        """Nothing."""

    assert sections(Empty) == {"summary": ["Nothing."]}
