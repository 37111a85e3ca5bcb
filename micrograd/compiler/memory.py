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

    Examples
    --------
    >>> from micrograd.compiler.memory import Memory
    >>> from micrograd.compiler.program import Program
    >>> memory = Memory(Program(cells=3, constants={2: 7.0}))
    >>> memory.write(0, [1.0, 2.0])
    >>> memory.read(0, 3)
    [1.0, 2.0, 7.0]
    """

    def __init__(self, program: Program) -> None:
        block = array("d", [0.0]) * (program.cells + LINE)
        start, _ = block.buffer_info()
        skip = -start // block.itemsize % LINE  # to a line of the cache
        self.address = start + block.itemsize * skip
        cells: Any = memoryview(block)
        self.numbers = cells[skip : skip + program.cells]
        for cell, number in program.constants.items():
            self.numbers[cell] = number

    def write(self, cell: int, numbers: Sequence[float]) -> None:
        """Put numbers into cells side by side."""
        self.numbers[cell : cell + len(numbers)] = array("d", numbers)

    def read(self, cell: int, count: int) -> list[float]:
        """The numbers of cells side by side."""
        numbers: list[float] = self.numbers[cell : cell + count].tolist()
        return numbers
