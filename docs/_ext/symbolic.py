"""Read a row of the table on SymPy symbols: formulas, not numbers.

One more reading, made outside the package, which does not know SymPy.
:class:`Symbolic` says for each row that SymPy has a function for which one
it is; all other rows are read as they are written.

The pages print these formulas; ``tests/test_symbolic.py`` lets SymPy
differentiate the forward and compares with every partial.

Notation: ``z`` the result, by the name its partials give it.
"""

from __future__ import annotations

import inspect
import operator
from math import pi
from types import SimpleNamespace
from typing import Any

import sympy as sp
from sympy.printing.latex import LatexPrinter

from micrograd import primitives
from micrograd.operators import Operators
from micrograd.rules import Primitive

__all__ = ["Symbolic", "forward", "latex", "partial", "settled", "symbols"]

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


def where(condition: Any, x: sp.Expr, y: sp.Expr) -> sp.Expr:
    """One of two, as SymPy writes it."""
    number = isinstance(condition, sp.Expr)  # zero means no
    holds = sp.Ne(condition, 0) if number else condition
    return sp.Piecewise((x, holds), (y, True))


# --- The reading ---

MEANING = {
    "add": operator.add,
    "subtract": operator.sub,
    "multiply": operator.mul,
    "divide": operator.truediv,
    "power": operator.pow,
    "negative": operator.neg,
    "absolute": sp.Abs,
    "log1p": lambda x: sp.log(1 + x),
    "expm1": lambda x: sp.exp(x) - 1,
    "hypot": lambda x, y: sp.sqrt(x**2 + y**2),
    "maximum": sp.Max,
    "minimum": sp.Min,
    "where": where,
} | {
    name: getattr(sp, name)
    for name in (
        "exp log sqrt sin cos tan asin acos atan atan2 "
        "sinh cosh tanh asinh acosh atanh erf"
    ).split()
}

# What a page prints by a short name instead of what it computes.
NAMED = {"sigmoid": "sigma", "sign": "sgn"}

# Where a forward finds its functions: in the table, which finds them above.
TABLE = SimpleNamespace(
    **vars(primitives), pow=primitives.power, abs=primitives.absolute
)


class Symbolic(Operators):
    """A formula on which a rule can be read.

    Parameters
    ----------
    expression : sympy.Expr, float or bool
        The formula.
    short : bool
        Whether rows that have a usual letter are printed by it.
    """

    __slots__ = ("expression", "short")

    def __init__(self, expression: Any, *, short: bool = False) -> None:
        self.expression = exact(expression)
        self.short = short

    def __primitive__(self, primitive: Primitive, *operands: Any) -> Any:
        meaning = MEANING.get(primitive.name)
        if self.short and primitive.name in NAMED:
            meaning = sp.Function(NAMED[primitive.name])
        if meaning is not None:
            return self._like(meaning(*map(exact, operands)))
        return primitive.forward(TABLE, *map(self._like, operands))

    def _like(self, expression: Any) -> Symbolic:
        return Symbolic(expression, short=self.short)

    def __lt__(self, other: Any) -> Any:
        return self._like(sp.Lt(self.expression, exact(other)))

    def __le__(self, other: Any) -> Any:
        x, y = self.expression, exact(other)
        # Rules write `abs(x) <= 0` for `x == 0`; a page need not.
        if x.is_nonnegative and y == 0:
            zero = x.args[0] if isinstance(x, sp.Abs) else x
            return self._like(sp.Eq(zero, 0))
        return self._like(sp.Le(x, y))

    def __gt__(self, other: Any) -> Any:
        return self._like(sp.Gt(self.expression, exact(other)))

    def __ge__(self, other: Any) -> Any:
        return self._like(sp.Ge(self.expression, exact(other)))

    def __eq__(self, other: object) -> Any:
        return self._like(sp.Eq(self.expression, exact(other)))

    def __and__(self, other: Any) -> Any:
        return self._like(sp.And(self.expression, exact(other)))

    __hash__ = None  # type: ignore[assignment]


# --- Reading a row ---


def symbols(row: Primitive) -> list[sp.Symbol]:
    """A real symbol for each operand, named as in the row."""
    return [sp.Symbol(name, real=True) for name in row.signature.parameters]


def result_name(row: Primitive) -> str:
    """What the partials of a row call its result: y or z."""
    return next(iter(inspect.signature(row.partials[0]).parameters))


def forward(row: Primitive) -> sp.Expr:
    """The function of a row as a formula in its operands."""
    return exact(row.forward(TABLE, *map(Symbolic, symbols(row))))


def partial(row: Primitive, index: int, *, short: bool = False) -> sp.Expr:
    """A partial as a formula in the result and the operands."""
    result = sp.Symbol(result_name(row), real=True)
    read = [Symbolic(s, short=short) for s in (result, *symbols(row))]
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
    said = []
    told: set[Any] = set()
    for value, condition in choice.args:
        strict = STRICT.get(type(condition))
        rest = strict is not None and strict(*condition.args) in told
        here = sp.Eq(*condition.args) if rest else condition
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
