"""Which functions of the package a call enters, to be counted.

A module of its own, since a count begins with nothing imported.
"""

import importlib
import sys
from pathlib import Path

PACKAGE = Path(__file__).parents[1] / "micrograd"


def functions_entered(call):
    """Those of the package; a comprehension belongs to its function."""
    found = set()
    inside = ("<listcomp>", "<dictcomp>", "<setcomp>", "<module>")

    def profile(frame, event, argument):
        code = frame.f_code
        if event == "call" and code.co_filename.startswith(str(PACKAGE)):
            found.add(code)

    sys.setprofile(profile)
    try:
        call()
    finally:
        sys.setprofile(None)
    return [code for code in found if code.co_name not in inside]


def functions_of_a_step():
    """How many the first call of a step enters, and two replays."""
    micrograd = importlib.import_module("micrograd")
    w = micrograd.Value(1.0)
    optimizer = micrograd.optim.Adam([w], lr=0.1)
    step = micrograd.compile(lambda x: w * x * x, optimizer, reader="python")
    first = functions_entered(lambda: step(2.0))
    again = functions_entered(lambda: step(3.0))
    numbers = micrograd.Value(2.0), micrograd.Value(3.0)
    two = micrograd.optim.Adam(numbers, lr=0.1)
    rows = [[0.1, 0.2], [0.3, 0.4]]
    step = micrograd.compile(
        lambda rows: sum(x * y * z for y in numbers for x, z in rows),
        two,
        reader="python",
    )
    step(rows)
    return [*map(len, [first, again, functions_entered(lambda: step(rows))])]
