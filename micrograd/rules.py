"""What a rule is: a function, its partial derivatives, and their readings.

A rule is written once, in ordinary arithmetic, by decorating a function
with :func:`elementwise`.  The result is a function again; its attribute
``primitive`` is the :class:`Primitive`, the row of the table that every
other part of the package reads.  :mod:`micrograd.primitives` is the table;
readers add rows of their own in the same way.

Notation: ``xp`` the namespace a rule is read in, see
:mod:`micrograd.namespaces`; an *operand* is an argument of a rule.

Leaves out: how a ``Value`` reads a rule; that is the engine's affair.

Sources: the form of a row follows ``@scalar_rule`` of ChainRules.jl; the
reading by type follows NumPy's ``__array_function__`` protocol (NEP 18).
"""

from __future__ import annotations

from functools import wraps
from math import isfinite
from types import MethodType

from micrograd.about import TYPE_CHECKING
from micrograd.documentation import documented
from micrograd.errors import NumberError, OptionError
from micrograd.namespaces import IEEE, Arrays, floats, ieee, to_number

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from inspect import Signature
    from typing import Any, Protocol

    Rule = Callable[..., Any]

    class RuleFunction(Protocol):
        """What a declared rule is to its callers."""

        primitive: Primitive
        __name__: str

        def __call__(self, *operands: Any, **named: Any) -> Any: ...


__all__ = ["Primitive", "elementwise"]

PLAIN = {float, bool}  # the usual types of numbers


# --- What a row is ---


@documented
class Primitive:
    """One row of the table.

    Calling it reads the row on whatever the operands are.  An operand of
    a type with a method ``__primitive__(primitive, *operands)`` decides by
    itself what reading means (a ``Value`` records a node); plain numbers
    and arrays are computed.

    name : str
        The name of the function.
    symbol : str
        How the operation is drawn, such as ``*`` or ``tanh``.
    arity : int
        The number of operands.
    forward : callable
        The function as written in the table, ``forward(xp, *operands)``.
    compute : callable
        The function on floats; raises where :mod:`math` raises.
    partials : tuple of callable
        One for each operand, ``partial(result, *operands)``.
    domain : list of (float, float)
        For each operand an interval in which the function is smooth and
        in which it is sampled for tests and plots.
    kinks : tuple of float
        Where the function has no derivative and a convention is used.
    special : tuple of tuple of float
        Operands at which the row is compared with PyTorch, beyond zero,
        one, large, tiny, infinite and not-a-number.
    unselected : dict from int to callable
        For some operands a condition, ``condition(result, *operands)``:
        where it holds the row has chosen another operand, and nothing
        flows to this one, not even of an infinite gradient.  Elsewhere a
        partial of 0 times an infinity is nan, as in PyTorch.
    torch : str
        In PyTorch, such as ``special.expit``; by default the name.

    >>> from micrograd.primitives import PRIMITIVES
    >>> row = PRIMITIVES["tanh"]
    >>> row.symbol, row.arity, row.compute(0.0), row.partials[0](0.0, 0.0)
    ('tanh', 1, 0.0, 1.0)
    """

    unselected: Mapping[int, Rule] = {}

    def __init__(
        self,
        forward: Rule,
        partials: Sequence[Rule],
        *,
        domain: Sequence[tuple[float, float]],
        torch: str | None = None,
        symbol: str = "",
        kinks: Sequence[float] = (),
        special: Sequence[tuple[float, ...]] = (),
        unselected: Mapping[int, Rule] | None = None,
    ) -> None:
        _check_declaration(forward, partials)
        self.name = forward.__name__
        self.symbol = symbol or self.name
        self.forward = forward
        self.compute = MethodType(forward, floats)
        self.partials = tuple(partials)
        self.arity = len(self.partials)
        self.domain = list(domain)
        self.kinks = tuple(kinks)
        self.special = tuple(special)
        self.unselected = dict(unselected or {})
        self.torch = self.name if torch is None else torch
        self.function = self._as_function()

    def _as_function(self) -> RuleFunction:
        """What callers, documentation and debuggers see: a function."""
        read = self.read

        def declared(*operands: Any, **named: Any) -> Any:
            return read(operands, named)

        function: Any = wraps(self.forward)(declared)
        # What has its first argument, xp, already; for those who look at
        # the signature or the source.
        function.__wrapped__ = self.compute
        function.primitive = self
        code = self.forward.__code__  # not self.signature: see there
        names = code.co_varnames[1 : code.co_argcount]
        operands = ", ".join(names or self.signature.parameters)
        return documented(function, OPERANDS.format(operands))  # type: ignore[no-any-return]

    @property
    def signature(self) -> Signature:
        """The names of the operands, and their defaults."""
        from inspect import signature  # as slow as all our imports

        return signature(self.compute)

    def __call__(self, *operands: Any, **named: Any) -> Any:
        """Compute on numbers and arrays; on Values, also record a node."""
        return self.read(operands, named)

    def read(self, operands: tuple[Any, ...], named: dict[str, Any]) -> Any:
        """Read the row on operands, as a call does."""
        if named or len(operands) != self.arity:
            try:
                bound = self.signature.bind(*operands, **named)
            except TypeError as fault:
                raise TypeError(f"{self.name}(): {fault}") from None
            bound.apply_defaults()
            operands = bound.args
        if PLAIN.issuperset(map(type, operands)):  # most often, and quick
            return self.on_floats(*operands)
        for operand in operands:
            read = getattr(operand, "__primitive__", None)
            if read is not None:
                result = read(self, *operands)
                if result is not NotImplemented:
                    return result
        return self.on_numbers(*operands)

    def on_numbers(self, *operands: Any) -> Any:
        """Compute on plain numbers or arrays."""
        asked = f"{self.name}() takes real numbers, Values or arrays"
        for operand in operands:
            if getattr(operand, "ndim", 0) > 0:
                if not hasattr(operand, "__array_namespace__"):
                    do = "convert it with numpy.asarray(...)"
                    raise NumberError(asked, f"a {type(operand).__name__}", do)
                xp = Arrays(operand.__array_namespace__())
                return self.forward(xp, *operands)
        numbers = [to_number(operand, asked) for operand in operands]
        return self.on_floats(*numbers)

    def on_floats(self, *operands: float) -> float:
        """Compute on floats; where Python raises, as IEEE 754 does."""
        try:
            return float(self.compute(*operands))
        except (*floats.RAISES, TypeError):  # TypeError: a complex number
            return self.on_ieee(*operands)

    def on_ieee(self, *operands: float) -> float:
        """Compute as IEEE 754 does: infinities and nan, no exceptions."""
        result = self.forward(ieee, *map(IEEE, operands))
        return to_number(result, f"the rule of {self.name} returns a number")

    def derivative(self, index: int, result: float, *x: float) -> float:
        """A partial derivative, at numbers; never raises."""
        rule = self.partials[index]
        try:
            return float(rule(result, *x))
        except (*floats.RAISES, TypeError):  # TypeError: a complex number
            asked = f"a partial of {self.name} returns a number"
            return to_number(rule(IEEE(result), *map(IEEE, x)), asked)

    def contribution(
        self, index: int, g: float, result: float, *x: float
    ) -> float:
        """A partial times `g`; 0 if its operand is not selected."""
        condition = self.unselected.get(index)
        if condition is None or isfinite(g) or not condition(result, *x):
            return g * self.derivative(index, result, *x)
        return 0.0

    def __deepcopy__(self, memo: object) -> Primitive:
        return self  # a row is the same row in every copy of a graph

    def __reduce__(self) -> tuple[Any, ...]:
        return (getattr, (self.function, "primitive"))

    def __repr__(self) -> str:
        return f"<primitive {self.name}{self.signature}>"


def _check_declaration(forward: Any, partials: Sequence[Any]) -> None:
    """Refuse what cannot be a row, or has not a partial for each operand."""
    name = getattr(forward, "__name__", repr(forward))
    asked = f"elementwise() of {name} takes functions"
    for rule in (forward, *partials):
        if not callable(rule) or not hasattr(rule, "__code__"):
            do = "write def f(xp, x) and a partial for each operand"
            raise OptionError(asked, repr(rule), do)
    count = forward.__code__.co_argcount - 1
    if count >= 0 and count != len(partials):
        asked = f"elementwise() of {name} takes a partial for each operand"
        given = f"{len(partials)} for {count}"
        raise OptionError(asked, given, "the argument xp counts for none")


OPERANDS = """
{} : float, Value or array
    Python or NumPy numbers, Values, or arrays that broadcast.
returns : float, Value or array
    A Value if any operand is one; outside the domain nan or an
    infinity, as in PyTorch.
"""


@documented
def elementwise(
    *partials: Rule, **facts: Any
) -> Callable[[Rule], RuleFunction]:
    """Declare a row: the decorated function and its partials.

    *partials : callable
        For each argument the partial derivative
        ``partial(result, *arguments)``.
    **facts : object
        ``domain``; where needed ``torch``, ``symbol``, ``kinks``,
        ``special`` and ``unselected``: the attributes of
        :class:`Primitive`.
    returns : callable
        A decorator.  What it returns is an ordinary function without the
        ``xp`` argument, with the row as its attribute ``primitive``.

    >>> from micrograd import Value
    >>> @elementwise(lambda y, x: 3 * x * x, domain=[(-2, 2)], torch="")
    ... def cube(xp, x):
    ...     return x * x * x
    >>> v = Value(2.0)
    >>> cube(v).backward()
    >>> cube(2.0), v.grad
    (8.0, 12.0)
    """

    def declare(forward: Rule) -> RuleFunction:
        return Primitive(forward, partials, **facts).function

    return declare
