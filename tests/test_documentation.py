"""Docstrings that share sections: what is a function's own comes first."""

import inspect

from micrograd.documentation import shared

complete = shared("""
Parameters
----------
x, y : float
    Any number.
scale : float, optional
    A factor.

Returns
-------
float
    The result.

Raises
------
NumberError
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
    def root(x, *more):
        """Take a root.

        Parameters
        ----------
        *more : float
            Ignored.
        x : float >= 0
            Its square.

        Returns
        -------
        complex
            The root.

        Raises
        ------
        OptionError
            If it is negative.
        """

    assert sections(root)["Parameters"] == [
        "x : float >= 0",
        "    Its square.",
        "*more : float",
        "    Ignored.",
    ]
    assert sections(root)["Returns"] == ["complex", "    The root."]
    assert sections(root)["Raises"] == [
        "OptionError",
        "    If it is negative.",
        "NumberError",
        "    If something is no number.",
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


def test_an_example_that_imports_by_itself_is_left_as_it_is():
    @complete
    class Scaled:
        """A number times a factor.

        Examples
        --------
        >>> from elsewhere import other, Scaled
        >>> Scaled(3.0)
        6.0
        """

        def __init__(self, scale):
            pass

    examples = sections(Scaled)["Examples"]
    assert examples[0] == ">>> from elsewhere import other, Scaled"
    assert sections(Scaled)["Parameters"][0] == "scale : float, optional"
