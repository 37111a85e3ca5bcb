"""Read a row of the table on SymPy symbols: formulas, not numbers.

One more reading, made outside the package, which does not know SymPy.  A
rule needs two things of what it is read on: operators, and either a method
``__primitive__`` (for the functions that partials call) or a namespace (for
those that forwards call).  :class:`Symbolic` has the first two, :class:`sym`
is the third.

The pages print these formulas; ``tests/test_symbolic.py`` lets SymPy
differentiate the forward and compares with every partial.

Notation: ``z`` the result, by the name its partials give it.
"""

from __future__ import annotations

import inspect
from math import pi
from typing import Any

import sympy as sp
from sympy.printing.latex import LatexPrinter

from micrograd.rules import Primitive

__all__ = ["Symbolic", "forward", "latex", "partial", "sym", "symbols"]

# The constants of the table are floats; these are the numbers they mean.
ROOT_2, ROOT_PI = 2**0.5, pi**0.5
EXACT = {
    ROOT_2: sp.sqrt(2),
    ROOT_PI: sp.sqrt(sp.pi),
    2 / ROOT_PI: 2 / sp.sqrt(sp.pi),
    ROOT_2 * ROOT_PI: sp.sqrt(2 * sp.pi),
}


def exact(x: Any) -> Any:
    """A SymPy expression for an operand, whatever it is."""
    if isinstance(x, Symbolic):
        return x.expression
    if isinstance(x, float):
        return EXACT.get(x) or sp.nsimplify(x, rational=True)
    return sp.sympify(x)


# --- The operands ---


class Symbolic:
    """A formula with Python's operators, on which a rule can be read.

    Parameters
    ----------
    expression : sympy.Expr, float or bool
        The formula.
    opaque : bool
        Whether functions such as ``sigmoid``, which SymPy lacks, stay
        names (for printing) or are replaced by what they compute.
    """

    def __init__(self, expression: Any, *, opaque: bool = False) -> None:
        self.expression = exact(expression)
        self.opaque = opaque

    def __primitive__(self, primitive: Primitive, operands: Any) -> Symbolic:
        if self.opaque and primitive.name in NAMED:
            function = sp.Function(NAMED[primitive.name])
            return self._like(function(*map(exact, operands)))
        read = [self._like(x) for x in operands]
        return self._like(primitive.forward(sym, *read))

    def _like(self, expression: Any) -> Symbolic:
        return Symbolic(expression, opaque=self.opaque)

    def __neg__(self) -> Symbolic:
        return self._like(-self.expression)

    def __abs__(self) -> Symbolic:
        return self._like(sp.Abs(self.expression))

    def __le__(self, other: Any) -> Symbolic:
        x, y = self.expression, exact(other)
        # Rules write `abs(x) <= 0` for `x == 0`; a page need not.
        if x.is_nonnegative and y == 0:
            zero = x.args[0] if isinstance(x, sp.Abs) else x
            return self._like(sp.Eq(zero, 0))
        return self._like(sp.Le(x, y))

    def __eq__(self, other: object) -> Any:
        return self._like(sp.Eq(self.expression, exact(other)))

    __hash__ = None  # type: ignore[assignment]


def _operator(function: Any, *, swap: bool = False) -> Any:
    def method(self: Symbolic, other: Any) -> Symbolic:
        x, y = self.expression, exact(other)
        result = function(y, x) if swap else function(x, y)
        return self._like(result)

    return method


for _name, _function in {
    "add": lambda x, y: x + y,
    "sub": lambda x, y: x - y,
    "mul": lambda x, y: x * y,
    "truediv": lambda x, y: x / y,
    "pow": lambda x, y: x**y,
}.items():
    setattr(Symbolic, f"__{_name}__", _operator(_function))
    setattr(Symbolic, f"__r{_name}__", _operator(_function, swap=True))
for _name, _function in {
    "lt": sp.Lt, "gt": sp.Gt, "ge": sp.Ge, "and": sp.And,
}.items():  # fmt: skip
    setattr(Symbolic, f"__{_name}__", _operator(_function))

# Functions of the table that a page prints by their usual letter.
NAMED = {"sigmoid": "sigma", "sign": "sgn"}


# --- The namespace ---


class sym:  # noqa: N801 - a namespace, like ``floats`` of the package
    """The functions of a forward, from SymPy."""

    @staticmethod
    def where(condition: Any, x: Any, y: Any) -> Symbolic:
        holds = exact(condition)
        if isinstance(holds, sp.Expr):  # a number: zero means no
            holds = sp.Ne(holds, 0)
        return Symbolic(sp.Piecewise((exact(x), holds), (exact(y), True)))

    @staticmethod
    def log1p(x: Any) -> Symbolic:
        return Symbolic(sp.log(1 + exact(x)))

    @staticmethod
    def expm1(x: Any) -> Symbolic:
        return Symbolic(sp.exp(exact(x)) - 1)

    @staticmethod
    def hypot(x: Any, y: Any) -> Symbolic:
        return Symbolic(sp.sqrt(exact(x) ** 2 + exact(y) ** 2))


def _from_sympy(function: Any) -> Any:
    def method(*operands: Any) -> Symbolic:
        return Symbolic(function(*map(exact, operands)))

    return staticmethod(method)


for _name in (
    "exp log sqrt sin cos tan asin acos atan atan2 "
    "sinh cosh tanh asinh acosh atanh erf"
).split():
    setattr(sym, _name, _from_sympy(getattr(sp, _name)))
sym.pow = _from_sympy(sp.Pow)
sym.maximum = _from_sympy(sp.Max)
sym.minimum = _from_sympy(sp.Min)


# --- Reading a row ---


def symbols(row: Primitive) -> list[sp.Symbol]:
    """A real symbol for each operand, named as in the row."""
    return [sp.Symbol(name, real=True) for name in row.signature.parameters]


def result_name(row: Primitive) -> str:
    """What the partials of a row call its result: y or z."""
    return next(iter(inspect.signature(row.partials[0]).parameters))


def forward(row: Primitive) -> sp.Expr:
    """The function of a row as a formula in its operands."""
    return exact(row.forward(sym, *map(Symbolic, symbols(row))))


def partial(row: Primitive, index: int, *, opaque: bool = False) -> sp.Expr:
    """A partial as a formula in the result and the operands."""
    result = sp.Symbol(result_name(row), real=True)
    read = [Symbolic(s, opaque=opaque) for s in (result, *symbols(row))]
    return exact(row.partials[index](*read))


# --- Formulas for a page ---

ABOVE, BELOW = {"positive": True}, {"negative": True}
NOT_ABOVE = {"nonpositive": True}
STRICT = {sp.Le: sp.Lt, sp.Ge: sp.Gt}


def settled(formula: sp.Expr) -> sp.Expr:
    """A formula without choices that make no difference.

    Stable forms choose by the sign of `x` where mathematics need not:
    ``1 / (1 + exp(-x))`` above zero and ``exp(x) / (1 + exp(x))`` below are
    one function.  If both sides agree, and zero too, the shorter is taken.
    """
    formula = formula.replace(sp.Piecewise, _without_repeats)
    formula = sp.piecewise_fold(formula)
    free = sorted(formula.free_symbols, key=str)
    if len(free) == 1 and formula.has(sp.Piecewise, sp.Max, sp.Abs):
        sides = [_beside_zero(formula, free[0], s) for s in (ABOVE, BELOW)]
        short = min(sides, key=sp.count_ops)
        gaps = sides[0] - sides[1], (formula - short).subs(free[0], 0)
        if all(sp.simplify(gap) == 0 for gap in gaps):
            return short
    return formula


def _without_repeats(*branches: Any) -> sp.Expr:
    """One level of choices, each said as shortly as those before allow."""
    choice = sp.piecewise_fold(sp.Piecewise(*branches))
    choice = sp.simplify(choice) if choice.has(sp.Eq) else choice
    if not isinstance(choice, sp.Piecewise):
        return choice
    said, told = [], set()
    for value, condition in choice.args:
        here = condition
        if STRICT.get(type(condition), sp.And)(*condition.args) in told:
            here = sp.Eq(*condition.args)
        said.append((_under(value, here, told), here))
        told.add(here)
    return sp.Piecewise(*said, evaluate=False)


def _under(value: sp.Expr, condition: Any, told: set[Any]) -> sp.Expr:
    """The value of a branch, given that `x` is on one side of zero."""
    for x in value.free_symbols:
        if condition == (x > 0):
            return _beside_zero(value, x, ABOVE)
        if condition == (x <= 0) or (condition == sp.true and (x > 0) in told):
            return _beside_zero(value, x, NOT_ABOVE)
    return value


def _beside_zero(formula: sp.Expr, x: sp.Symbol, side: Any) -> sp.Expr:
    there = sp.Symbol(x.name, **side)
    return formula.subs(x, there).subs(there, x)


class Textbook(LatexPrinter):  # type: ignore[misc]
    """SymPy's LaTeX, with choices as a textbook writes them."""

    def _print_Piecewise(self, choice: sp.Piecewise) -> str:  # noqa: N802
        lines = [
            rf"{self._print(value)} & "
            + (
                r"\text{otherwise}"
                if condition == sp.true
                else rf"\text{{if }} {self._print(condition)}"
            )
            for value, condition in choice.args
        ]
        return r"\begin{cases} " + r" \\ ".join(lines) + r" \end{cases}"


NAMES = {"negative_slope": "s", "condition": r"\mathit{condition}"}


def latex(formula: sp.Expr) -> str:
    """A formula as LaTeX, in the notation of the pages."""
    names = {sp.Symbol(name, real=True): NAMES[name] for name in NAMES}
    settings = {"ln_notation": True, "inv_trig_style": "full"}
    printer = Textbook(settings | {"symbol_names": names})
    text: str = printer.doprint(settled(formula))
    return text
