"""The compiler: a recorded function, replayed at machine speed."""

from micrograd.compiler.compiled import Compiled as Compiled
from micrograd.compiler.compiled import compile as compile
