"""SymPy differentiates every forward; no partial may disagree.

An oracle that knows no floats: the forward of a row is read on symbols and
differentiated by a rule book that is not ours.  What SymPy finds is compared
with the partial, as a formula, with thirty digits, and with the floats that
the engine computes.
"""

import inspect
import random
import sys
from pathlib import Path

import pytest

from micrograd import namespaces, primitives
from micrograd.primitives import PRIMITIVES
from micrograd.source import Source

sp = pytest.importorskip("sympy")
sys.path.insert(0, str(Path(__file__).parents[1] / "docs" / "_ext"))
symbolic = pytest.importorskip("symbolic")

DIGITS = 30
# Of thirty digits a few are lost in subtractions, and never ten.
EXACTLY = 1e-20
# A float has sixteen digits; the steepest rows lose three of them.
AS_FLOATS = 1e-12

ROWS = [pytest.param(row, id=row.name) for row in PRIMITIVES.values()]
PARTIALS = [
    pytest.param(row, i, id=f"{row.name}-{i}")
    for row in PRIMITIVES.values()
    for i in range(row.arity)
]
# SymPy leaves it open which of two operands is larger, so that it cannot
# reduce the difference to zero.  Their numbers are compared all the same.
UNDECIDED = {"logaddexp", "maximum", "minimum"}
PROVABLE = [each for each in PARTIALS if each.values[0].name not in UNDECIDED]


def points(row, number=8):
    """Points of a row's domain, the same in every run."""
    rng = random.Random(row.name)
    return [
        [rng.uniform(low, high) for low, high in row.domain]
        for _ in range(number)
    ]


def evaluate(row, formula, point):
    """A formula at a point: the floats are taken as the numbers they are."""
    exact = map(sp.Rational, point)
    at = dict(zip(symbolic.symbols(row), exact, strict=True))
    return sp.N(formula.subs(at).doit(), DIGITS)


def derivative(row, i):
    """What SymPy makes of the forward, by operand `i`."""
    return sp.diff(symbolic.forward(row), symbolic.symbols(row)[i])


def in_operands(row, i):
    """The partial, with the forward in place of the result."""
    result = sp.Symbol(symbolic.result_name(row), real=True)
    return symbolic.partial(row, i).subs(result, symbolic.forward(row))


def signed(row):
    """For each symbol one that knows on which side of zero it lies."""
    sides = {}
    for symbol, (low, high) in zip(
        symbolic.symbols(row), row.domain, strict=True
    ):
        fact = "positive" if low >= 0 else "negative" if high <= 0 else "real"
        sides[symbol] = sp.Symbol(symbol.name, **{fact: True})
    return sides


# --- The derivative ---


@pytest.mark.parametrize(("row", "i"), PARTIALS)
def test_the_derivative_of_the_forward_is_the_partial(row, i):
    theirs, ours = derivative(row, i), in_operands(row, i)
    for point in points(row):
        expected = evaluate(row, theirs, point)
        gap = abs(evaluate(row, ours, point) - expected)
        assert gap <= EXACTLY * max(1, abs(expected)), point


@pytest.mark.parametrize(("row", "i"), PROVABLE)
def test_sympy_proves_the_partial_for_all_numbers(row, i):
    at = signed(row)
    symbol = at[symbolic.symbols(row)[i]]
    forward = symbolic.settled(symbolic.forward(row)).subs(at)
    ours = symbolic.settled(in_operands(row, i)).subs(at)
    assert sp.simplify(sp.diff(forward, symbol) - ours) == 0


@pytest.mark.parametrize(("row", "i"), PARTIALS)
def test_the_partial_on_floats_is_sympy_s_derivative(row, i):
    theirs = derivative(row, i)
    for point in points(row):
        expected = float(evaluate(row, theirs, point))
        computed = row.derivative(i, row.compute(*point), *point)
        assert computed == pytest.approx(expected, rel=AS_FLOATS), point


@pytest.mark.parametrize("row", ROWS)
def test_the_forward_on_floats_is_sympy_s_value(row):
    for point in points(row):
        expected = float(evaluate(row, symbolic.forward(row), point))
        computed = row.compute(*point)
        assert computed == pytest.approx(expected, rel=AS_FLOATS), point


# --- The printed source ---


@pytest.mark.parametrize(("row", "i"), PARTIALS)
def test_the_printed_source_of_a_partial_computes_the_same(row, i):
    rule = row.partials[i]
    names = list(inspect.signature(rule).parameters)
    source = str(rule(*map(Source, names)))
    for point in points(row):
        numbers = [row.compute(*point), *point]
        known = vars(primitives) | dict(zip(names, numbers, strict=True))
        assert eval(source, known) == rule(*numbers), source


# --- The formulas on the pages ---


@pytest.mark.parametrize("row", ROWS)
def test_the_formula_on_the_page_is_the_forward(row):
    shown = symbolic.settled(symbolic.forward(row))
    for point in points(row):
        expected = evaluate(row, symbolic.forward(row), point)
        gap = abs(evaluate(row, shown, point) - expected)
        assert gap <= EXACTLY * max(1, abs(expected)), point


@pytest.mark.parametrize(("row", "i"), PARTIALS)
def test_the_derivative_on_the_page_is_the_partial(row, i):
    shown = symbolic.settled(symbolic.partial(row, i))
    result = sp.Symbol(symbolic.result_name(row), real=True)
    shown = shown.subs(result, symbolic.forward(row))
    for point in points(row):
        expected = evaluate(row, in_operands(row, i), point)
        gap = abs(evaluate(row, shown, point) - expected)
        assert gap <= EXACTLY * max(1, abs(expected)), point


def test_stable_forms_are_shown_as_the_textbook_has_them():
    x = sp.Symbol("x", real=True)
    for name, textbook in {
        "sigmoid": 1 / (1 + sp.exp(-x)),
        "softplus": sp.log(1 + sp.exp(x)),
    }.items():
        shown = symbolic.settled(symbolic.forward(PRIMITIVES[name]))
        assert shown == textbook


def test_a_forward_finds_every_function_on_symbols():
    always = {*namespaces.FUNCTIONS, "abs", "where", "maximum", "minimum"}
    assert always <= set(vars(symbolic.TABLE))
