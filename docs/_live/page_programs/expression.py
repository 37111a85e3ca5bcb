"""Arithmetic typed by a reader, read without running it as a program.

Python parses the text; of what comes out only numbers, names, operators,
comparisons and calls of the package's own functions are carried out, here,
one by one.  Nothing else a text may say is ever done.

Notation: a *statement* is ``name = expression``; the last line, or its
name, is the result.

Leaves out: loops, definitions, attributes other than methods, strings.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from functools import cached_property
from math import pi
from operator import ge, gt, itemgetter, le, lt
from typing import Any

from micrograd import functions
from micrograd.engine import Value
from micrograd.errors import MicrogradError, NumberError, OptionError
from micrograd.namespaces import to_number
from micrograd.operators import Operators
from micrograd.primitives import PRIMITIVES

__all__ = ["FUNCTIONS", "Expression"]

ROWS: dict[str, Callable[..., Any]] = {
    name: row.function for name, row in PRIMITIVES.items()
}
METHODS: dict[str, Callable[..., Any]] = {
    name: member
    for name, member in vars(Operators).items()
    if hasattr(member, "primitive")
}
LISTS = "mean dot l2 logsumexp softmax log_softmax mse_loss hinge_loss"
FUNCTIONS = {
    **ROWS,
    "abs": ROWS["absolute"],
    "pow": ROWS["power"],
    "sum": sum,
    **{name: getattr(functions, name) for name in LISTS.split()},
}
OPERATORS: dict[type[ast.AST], Callable[..., Any]] = {
    ast.Add: ROWS["add"],
    ast.Sub: ROWS["subtract"],
    ast.Mult: ROWS["multiply"],
    ast.Div: ROWS["divide"],
    ast.Pow: ROWS["power"],
    ast.USub: ROWS["negative"],
    ast.UAdd: lambda x: x,
    ast.Lt: lt,
    ast.LtE: le,
    ast.Gt: gt,
    ast.GtE: ge,
}
LONGEST = 400  # characters: more than fits a drawing
NUMBERS = {"pi": pi}
ALLOWED = "numbers, names, + - * / ** and functions"


class Expression:
    """A text that computes one number from named inputs.

    Parameters
    ----------
    text : str
        Lines ``name = expression``, the last one with or without a name.

    Raises
    ------
    OptionError
        As soon as it is read: if the text is not Python, or says more than
        arithmetic.

    Examples
    --------
    >>> from micrograd import Value
    >>> from page_programs.expression import Expression
    >>> expression = Expression("e = a * b; (e + 1).tanh()")
    >>> expression.inputs
    ['a', 'b']
    >>> expression(a=2.0, b=-0.5)
    0.0
    >>> expression(a=Value(2.0), b=-0.5).op
    'tanh'
    """

    def __init__(self, text: str) -> None:
        self.at: Any = None
        self.text = text.strip()

    @cached_property
    def body(self) -> list[ast.stmt]:
        """The statements, parsed."""
        asked = f"an expression has {ALLOWED}"
        if len(self.text) > LONGEST:
            given = f"{len(self.text)} characters"
            raise OptionError(asked, given, f"keep below {LONGEST}")
        try:
            body = ast.parse(self.text).body
        except (SyntaxError, ValueError, RecursionError, MemoryError) as fault:
            self.at = fault if isinstance(fault, SyntaxError) else None
            given = getattr(fault, "msg", "") or "what Python cannot read"
            raise OptionError(asked, given, "mend the marked place") from None
        if not body:
            raise OptionError(asked, "nothing", "type one, such as a * b")
        return body

    @cached_property
    def inputs(self) -> list[str]:
        """The names that are used and not defined, in their order."""
        known = {*NUMBERS, *FUNCTIONS}
        found: dict[str, None] = {}
        for statement in self.body:
            names = [n for n in ast.walk(statement) if isinstance(n, ast.Name)]
            names.sort(key=lambda name: (name.lineno, name.col_offset))
            for name in names:
                if isinstance(name.ctx, ast.Load) and name.id not in known:
                    found[name.id] = None
            known |= {n.id for n in names if isinstance(n.ctx, ast.Store)}
        return list(found)

    def __call__(self, **inputs: Any) -> Any:
        """Compute the result from numbers or Values."""
        known: dict[str, Any] = {**NUMBERS, **inputs}
        result: Any = None
        try:
            for statement in self.body:
                result = self._statement(statement, known)
        except RecursionError:
            asked, given = "an expression fits a page", "one nested too deeply"
            raise OptionError(asked, given, "name its parts") from None
        self.at = self.body[-1]
        if not isinstance(result, (Value, float)):
            asked, do = "an expression gives one number", "take one of them"
            raise NumberError(asked, f"a {type(result).__name__}", do)
        return result

    def where(self) -> tuple[str, int, int]:
        """The line that was read last, and the columns of what was read.

        Returns
        -------
        tuple of (str, int, int)
            The line, where the part begins and where it ends.
        """
        lines = self.text.splitlines() or [""]
        if self.at is None:
            return lines[0], 0, len(lines[0])
        row = min(self.at.lineno or 1, len(lines)) - 1
        line = lines[row]
        if isinstance(self.at, SyntaxError):
            start = min(max((self.at.offset or 1) - 1, 0), len(line))
            end = max((self.at.end_offset or 0) - 1, start + 1)
            return line, start, end
        bytes_of = line.encode()
        start = len(bytes_of[: self.at.col_offset].decode())
        whole = self.at.end_lineno == self.at.lineno
        end = len(bytes_of[: self.at.end_col_offset].decode())
        return line, start, end if whole else len(line)

    def _statement(self, statement: ast.stmt, known: dict[str, Any]) -> Any:
        self.at = statement
        match statement:
            case ast.Expr(value=expression):
                return self._value(expression, known)
            case ast.Assign(targets=[ast.Name(id=name)], value=expression):
                result = known[name] = self._value(expression, known)
                if isinstance(result, Value) and not result.label:
                    result.label = name
                return result
        raise self._refusal(statement)

    def _value(self, node: ast.expr, known: Mapping[str, Any]) -> Any:
        """The value of a part of the expression."""
        self.at = node
        match node:
            case ast.Constant(value=int() | float() as number):
                return to_number(number, "an expression has real numbers")
            case ast.Name(id=name) if name in known:
                return known[name]
            case ast.List(elts=elements) | ast.Tuple(elts=elements):
                return [self._value(element, known) for element in elements]
        function, operands, named = _taken_apart(node)
        if function is None:
            raise self._refusal(node)
        values = [self._value(operand, known) for operand in operands]
        more = {k.arg: self._value(k.value, known) for k in named if k.arg}
        self.at = node
        try:
            return function(*values, **more)
        except MicrogradError:
            raise
        except (TypeError, ValueError, IndexError) as fault:
            asked = f"the call {ast.unparse(node)[:40]} is to be computed"
            do = "look up the function in the reference"
            raise OptionError(asked, str(fault), do) from None

    def _refusal(self, node: ast.AST) -> OptionError:
        """What to say to a part that is not understood."""
        asked = f"an expression has {ALLOWED}"
        given, do = f"'{ast.unparse(node)[:40]}'", "use only these"
        match node:
            case ast.Name(id=name):
                given, do = f"{name} without a number", "give it one"
                if name in FUNCTIONS:
                    given = f"the function {name} without brackets"
                    do = f"write {name}(...)"
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
                given, do = f"the unknown function {name}", "see those below"
                near = get_close_matches(name, FUNCTIONS, 1)
                do = f"write {near[0]}" if near else do
        return OptionError(asked, given, do)


def _taken_apart(
    node: ast.expr,
) -> tuple[Callable[..., Any] | None, list[ast.expr], list[ast.keyword]]:
    """What is to be done, with what, and with what by name."""
    function: Callable[..., Any] | None = None
    operands: list[ast.expr] = []
    named: list[ast.keyword] = []
    match node:
        case ast.UnaryOp(op=op, operand=x):
            function, operands = OPERATORS.get(type(op)), [x]
        case ast.BinOp(left=x, op=op, right=y):
            function, operands = OPERATORS.get(type(op)), [x, y]
        case ast.Compare(left=x, ops=[order], comparators=[y]):
            function, operands = OPERATORS.get(type(order)), [x, y]
        case ast.Call(func=ast.Name(id=name), args=operands, keywords=named):
            function = FUNCTIONS.get(name)
        case ast.Call(func=ast.Attribute(value=x, attr=name), keywords=named):
            function, operands = METHODS.get(name), [x, *node.args]
        case ast.Subscript(value=x, slice=ast.Constant(value=int() as i)):
            function, operands = itemgetter(i), [x]
    return function, operands, named
