"""Rows on arrays: each rule as straight-line code of an array library.

A rule read on arrays directly would compute what it need not: ``g * 1.0``
for every sum, a choice between two numbers where a mask would do, and some
of it in float64.  So a rule is read once on ``Symbol`` objects, which
write it down as an expression; that is made simpler, printed as a Python
function, and compiled.  What is run is what a page can show.

Notation
--------
g
    The gradient of the result.
z, x, y
    The result and the operands; from the fourth on ``x3``, ``x4``.
pull
    A function of the code: the gradient of one operand, ``g * partial``.

Leaves out: anything but elementwise rows, see :mod:`micrograd.tensors.linear`.
"""

from __future__ import annotations

import ast
import math
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import Any

from micrograd.operators import Operators
from micrograd.primitives import PRIMITIVES
from micrograd.rules import Primitive
from micrograd.tensors.libraries import erf, full_as

__all__ = ["Code", "code"]

Array = Any

# --- Writing a rule down ---

# The words of the array API; rows by other names are expanded into these.
WORDS = {
    name: {"absolute": "abs", "power": "pow"}.get(name, name)
    for name in (
        "absolute power exp expm1 log log1p sqrt sin cos tan asin acos atan "
        "atan2 hypot sinh cosh tanh asinh acosh atanh erf maximum minimum "
        "where"
    ).split()
}
INFIX = {"add": "+", "subtract": "-", "multiply": "*", "divide": "/"}
PREFIX = {"negative": "-", "not": "~"}
COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "<": float.__lt__,
    "<=": float.__le__,
    ">": float.__gt__,
    ">=": float.__ge__,
}


class Symbol(Operators):
    """A name or an operation, in place of an array.

    TODO: give way to ``micrograd.compiler.tape`` once that expands rules.
    """

    __slots__ = ("args", "op")

    def __init__(self, op: str, *args: Any) -> None:
        self.op = op
        self.args = args

    def __primitive__(self, primitive: Primitive, *operands: Any) -> Any:
        name = primitive.name
        if name in WORDS or name in INFIX or name in PREFIX:
            return write(name, *operands)
        return primitive.forward(SYMBOLS, *operands)

    def __compare__(self, symbol: str, other: Any) -> Any:
        return write(symbol, self, other)

    def __eq__(self, other: object) -> Any:
        return write("==", self, other)

    __hash__ = object.__hash__

    def __and__(self, other: Any) -> Any:
        return write("&", self, other)

    __rand__ = __and__


class Operand(Symbol):
    """A name of which rows are not expanded, but called.

    So is a derivative written that is to be differentiated again: a row
    knows its own derivative, while that of its expansion may be another
    where two of its branches meet, as at 0 in ``sigmoid``.
    """

    __slots__ = ()

    def __primitive__(self, primitive: Primitive, *operands: Any) -> Any:
        if primitive.name.isalnum():
            return write(primitive.name, *operands)
        return super().__primitive__(primitive, *operands)


class _Symbols:
    """The namespace of a rule that is written down."""

    def __getattr__(self, name: str) -> Callable[..., Any]:
        name = {"abs": "absolute", "pow": "power"}.get(name, name)
        return lambda *operands: write(name, *operands)


SYMBOLS = _Symbols()


def write(op: str, *args: Any) -> Any:
    """One operation, or what is the same and shorter."""
    if not any(isinstance(x, Symbol) for x in args) and op in PRIMITIVES:
        return PRIMITIVES[op](*args)
    if op not in TRUTHS:  # to arithmetic a truth is 1 or 0, as in Python
        first = op == "where"
        numbers = [_as_number(x) for x in args[first:]]
        args = (*args[:first], *numbers)
    rule = SHORTER.get(op)
    found = None if rule is None else rule(*args)
    return Symbol(op, *args) if found is None else found


TRUTHS = {*COMPARISONS, "==", "&", "not"}


def _as_number(x: Any) -> Any:
    if isinstance(x, Symbol) and x.op in TRUTHS:
        return Symbol("where", x, 1.0, 0.0)
    return x


# --- Making it shorter ---


def _product(x: Any, y: Any) -> Any:
    """Nothing for a factor of 1, a quotient, a mask for a choice of 1 or 0."""
    for a, b in ((x, y), (y, x)):
        if not isinstance(b, Symbol):
            if b in (1, -1):
                return a if b == 1 else write("negative", a)
        elif b.op == "divide" and _is(b.args[0], 1.0):
            return write("divide", a, b.args[1])
        elif b.op == "where" and isinstance(a, Symbol):
            c, one, other = b.args
            if _is(one, 1.0) and _is(other, 0.0):
                return Symbol("multiply", a, c)
            if _is(one, 0.0) and _is(other, 1.0):
                return Symbol("multiply", a, Symbol("not", c))
    return None


def _is(x: Any, number: float) -> bool:
    return not isinstance(x, Symbol) and x == number


def _power(x: Any, p: Any) -> Any:
    """As PyTorch does for these exponents."""
    if isinstance(p, Symbol) or p not in POWERS:
        return None
    return POWERS[p](x)


POWERS: dict[float, Callable[[Any], Any]] = {
    0.5: lambda x: write("sqrt", x),
    1.0: lambda x: x,
    2.0: lambda x: x * x,
    3.0: lambda x: x * x * x,
    -0.5: lambda x: 1 / write("sqrt", x),
    -1.0: lambda x: 1 / x,
    -2.0: lambda x: 1 / (x * x),
}


def _where(condition: Any, x: Any, y: Any) -> Any:
    if isinstance(condition, Symbol):
        return None
    return x if condition else y


def _comparison(symbol: str) -> Callable[[Any, Any], Any]:
    """Known beforehand, if all that can be on the left is known."""

    def rule(x: Any, y: Any) -> Any:
        if isinstance(y, Symbol) or not isinstance(x, Symbol):
            return None
        if x.op != "where" or any(isinstance(c, Symbol) for c in x.args[1:]):
            return None
        compare = COMPARISONS[symbol]
        found = {compare(float(c), float(y)) for c in x.args[1:]}
        return found.pop() if len(found) == 1 else None

    return rule


def _both(x: Any, y: Any) -> Any:
    for a, b in ((x, y), (y, x)):
        if not isinstance(b, Symbol):
            return a if b else False
    return None


SHORTER: dict[str, Callable[..., Any]] = {
    "multiply": _product,
    "power": _power,
    "where": _where,
    "&": _both,
    **{symbol: _comparison(symbol) for symbol in COMPARISONS},
}


# --- Printing it ---


class Printer:
    """An expression as the text of a function.

    What is used twice gets a name; the rest is written where it is used,
    which also lets NumPy reuse the memory of a large intermediate array.
    """

    def __init__(self, root: Any, numbers: Sequence[str]) -> None:
        self.numbers = set(numbers)
        self.uses: Counter[int] = Counter()  # by id, since == writes
        self.names: dict[int, str] = {}
        self.lines: list[str] = []
        self.root = self.shared(root, {})
        self.result = self.text(self.root)

    def shared(self, x: Any, known: dict[Any, Symbol]) -> Any:
        """The same expression, in which equal parts are one; counts uses."""
        if not isinstance(x, Symbol):
            return x
        args = [self.shared(a, known) for a in x.args]
        places = (id(a) if isinstance(a, Symbol) else repr(a) for a in args)
        key = (x.op, *places)
        if key not in known:
            known[key] = Symbol(x.op, *args)
            self.uses.update(map(id, args))
        return known[key]

    def text(self, x: Any) -> str:
        """The text of an expression; lines before it as needed."""
        if not isinstance(x, Symbol):
            return repr(float(x))
        if not x.args:
            return x.op
        if id(x) not in self.names:
            text = self.operation(x, [self.text(a) for a in x.args])
            if self.uses[id(x)] < 2:
                return text
            name = self.names[id(x)] = f"t{len(self.names) + 1}"
            self.lines.append(f"{name} = {text}")
        return self.names[id(x)]

    def operation(self, x: Symbol, args: list[str]) -> str:
        """One operation on texts."""
        if x.op in PREFIX:
            return f"({PREFIX[x.op]}{args[0]})"
        if x.op in INFIX or not x.op.isalnum():
            if self.is_number(x) and x.op == "divide":
                return f"divide({', '.join(args)})"  # 1 / 0 is inf
            return f" {INFIX.get(x.op, x.op)} ".join(args).join("()")
        if self.is_number(x):  # as floats, or it would widen arrays
            return f"{x.op}({', '.join(args)})"
        if x.op == "where" and all(map(self.is_number, x.args[1:])):
            args[1] = f"full({args[1]}, {next(self.arrays(x))})"
        if x.op not in WORDS:  # a row
            return f"{x.op}({', '.join(args)})"
        word = "special_erf" if x.op == "erf" else f"xp.{WORDS[x.op]}"
        return f"{word}({', '.join(args)})"

    def is_number(self, x: Any) -> bool:
        """Whether there is no array in it."""
        return next(self.arrays(x), None) is None

    def arrays(self, x: Any) -> Iterator[str]:
        """The names of the arrays in an expression."""
        if isinstance(x, Symbol):
            if not x.args and x.op not in self.numbers:
                yield x.op
            for a in x.args:
                yield from self.arrays(a)

    def function(self, name: str, parameters: Sequence[str]) -> str:
        """The whole function, without needless brackets."""
        head = f"def {name}({', '.join(parameters)}):"
        lines = [head, *self.lines, f"return {self.result}"]
        return ast.unparse(ast.parse("\n    ".join(lines))) + "\n"


# --- Compiling it ---


class Code:
    """A row as code for the arrays of one library.

    Parameters
    ----------
    row : Primitive
        The row.
    xp : module
        The functions of the library, or others under the same names.
    numbers : tuple
        For each operand False for an array, True for a Python number, or
        the number itself if the code may depend on it.

    Attributes
    ----------
    forward : callable
        The row on arrays, ``forward(*operands)``.
    source : str
        All functions, as they are run.

    Examples
    --------
    >>> import numpy as np
    >>> from micrograd.primitives import PRIMITIVES
    >>> from micrograd.tensors.arrays import Code
    >>> print(Code(PRIMITIVES["tanh"], np, (False,)).source)
    def tanh(x):
        return xp.tanh(x)
    <BLANKLINE>
    def tanh_by_x(g, z, x):
        return g * (1.0 - z * z)
    <BLANKLINE>
    """

    def __init__(
        self, row: Primitive, xp: Any, numbers: tuple[Any, ...]
    ) -> None:
        self.row, self.xp, self.numbers = row, xp, numbers
        self.name = row.name
        more = (f"x{i}" for i in range(3, row.arity + 1))
        self.operands = ["x", "y", *more][: row.arity]
        self.pulls: dict[int, tuple[str, Any, tuple[bool, ...]]] = {}

    def leaves(self, kind: type[Symbol] = Symbol) -> list[Any]:
        """The operands: those that the code may depend on as numbers."""
        pairs = zip(self.operands, self.numbers, strict=True)
        return [kind(n) if type(x) is bool else x for n, x in pairs]

    @cached_property
    def _forward(self) -> tuple[str, Any]:
        root = self.row.forward(SYMBOLS, *self.leaves())
        return self._compile(self.row.name, root, self.operands)

    @cached_property
    def forward(self) -> Callable[..., Array]:
        """The row on arrays."""
        return self._forward[1]

    def pull(self, i: int) -> Callable[..., Array]:
        """Give the gradient of operand `i`, of g, z and the operands."""
        return self._pull(i)[1]

    def reads(self, i: int) -> tuple[bool, ...]:
        """Tell whether it looks at z and at each operand."""
        return self._pull(i)[2]

    def _pull(self, i: int) -> tuple[str, Any, tuple[bool, ...]]:
        if i not in self.pulls:
            recorded = hasattr(self.xp, "full_as")  # on tensors
            kind = Operand if recorded else Symbol
            leaves = [kind("z"), *self.leaves(kind)]
            partial = self.row.partials[i](*leaves)
            root = write("multiply", Symbol("g"), partial)
            name = f"{self.row.name}_by_{self.operands[i]}"
            parameters = ["g", "z", *self.operands]
            text, function = self._compile(name, root, parameters)
            reads = tuple(name in _names(root) for name in parameters[1:])
            self.pulls[i] = text, function, reads
        return self.pulls[i]

    def _compile(
        self, name: str, root: Any, parameters: list[str]
    ) -> tuple[str, Any]:
        pairs = zip(self.operands, self.numbers, strict=True)
        printer = Printer(root, [n for n, x in pairs if x is not False])
        text = printer.function(name, parameters)
        space: dict[str, Any] = {
            name: row.function for name, row in PRIMITIVES.items()
        }
        full = getattr(self.xp, "full_as", full_as)
        space |= {"xp": self.xp, "full": full, "inf": math.inf}
        space["special_erf"] = erf(self.xp)
        exec(compile(text, f"<{name}>", "exec"), space)  # noqa: S102
        return text, space[name]

    @property
    def source(self) -> str:
        """The functions, as they are run."""
        pulls = [self._pull(i)[0] for i in range(self.row.arity)]
        return "\n".join([self._forward[0], *pulls])


def _names(root: Any) -> set[str]:
    """The operands that an expression reads."""
    found, stack = set(), [root]
    while stack:
        x = stack.pop()
        if isinstance(x, Symbol):
            stack += x.args
            found |= set() if x.args else {x.op}
    return found


CODES: dict[tuple[Any, ...], Code] = {}
MOST = 10_000  # powers come with exponents, of which there is no end


def code(row: Primitive, xp: Any, numbers: tuple[Any, ...]) -> Code:
    """Find or make the code of a row.

    Parameters
    ----------
    row, xp, numbers
        As for :class:`Code`.

    Returns
    -------
    Code
        The same one for the same arguments.

    Examples
    --------
    >>> import numpy as np
    >>> from micrograd.primitives import PRIMITIVES
    >>> from micrograd.tensors.arrays import code
    >>> square = code(PRIMITIVES["power"], np, (False, 2.0))
    >>> square.pull(0)(np.ones(2), None, np.array([3.0, 4.0]), 2.0)
    array([6., 8.])
    """
    key = (row, xp, numbers, *map(type, numbers))  # False == 0.0
    found = CODES.get(key)
    if found is None:
        if len(CODES) >= MOST:
            CODES.clear()
        found = CODES[key] = Code(row, xp, numbers)
    return found
