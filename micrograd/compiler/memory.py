"""Memory: the numbers of a program, in one array of floats.

Machine code works in it directly; whatever moves a stretch of numbers at
once, such as a slice of an array, is quick, and a loop over them is not.

Notation: a *cell* is the index of a number, see
:mod:`micrograd.compiler.program`.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import Any

from micrograd.compiler.program import LINE, Program

__all__ = ["Memory"]


class Memory:
    """The numbers of a program.

    Parameters
    ----------
    program : Program
        Says how many there are, and which are constant.
    """

    def __init__(self, program: Program) -> None:
        self.size, self.plan = program.size, program.plan
        block = array("d", [0.0]) * (program.cells + LINE)
        start, _ = block.buffer_info()
        skip = -start // block.itemsize % LINE  # to a line of the cache
        self.address = start + block.itemsize * skip
        cells: Any = memoryview(block)
        self.numbers = cells[skip : skip + program.cells]
        for cell, number in program.constants.items():
            self.numbers[cell] = number

    def write(self, cell: int, numbers: Sequence[float]) -> None:
        """Put numbers into cells in a row."""
        self.numbers[cell : cell + len(numbers)] = array("d", numbers)

    def read(self, cell: int, count: int) -> list[float]:
        """The numbers of cells in a row."""
        numbers: list[float] = self.numbers[cell : cell + count].tolist()
        return numbers
