"""What the docstrings of many functions have in common, written once.

Their words for an argument also say what is refused when a call fails.

Notation: none.

Leaves out: prose; each function has its own summary and example.
"""

from __future__ import annotations

import functools
import inspect
import re
from collections.abc import Callable
from typing import Any, TypeVar, cast

import numpy as np

from micrograd.errors import MicrogradError, NumberError
from micrograd.namespaces import described
from micrograd.operators import Operators

__all__ = ["documented"]

F = TypeVar("F", bound=Callable[..., Any])

ARGUMENTS = {
    "f": "callable\n    The function, of trees of tensors.",
    "argnums": "int, optional\n    By which argument to differentiate.",
    "primals": "tuple of trees of Tensor\n    Where.",
    "tangents": "tuple of trees of Tensor\n    The direction: how fast each of"
    "\n    them changes.",
    "args": "tree of Tensor\n    What to call it with.",
    "settings": "object\n    Its settings, in order.",
    "named": "object\n    Its settings, by name.",
    "returns": "Tensor\n    The result.",
    "x": "Tensor\n    What to compute with.",
    "y": "Tensor or number\n    The second operand; shapes broadcast.",
    "z": "Tensor or number\n    The third.",
    "alpha": "number, optional\n    By what to multiply.",
    "value": "number, optional\n    By what to multiply it.",
    "low": "float\n    The smallest number that stays.",
    "high": "float\n    The largest number that stays.",
    "unbiased": "bool, optional\n    Whether to divide by one less than the"
    "\n    count.",
    "correction": "int, optional\n    By how much less to divide, if"
    "\n    `unbiased`.",
    "rtol": "float, optional\n    How large a difference may be, as a share"
    "\n    of the second.",
    "atol": "float, optional\n    How large it may be anyway.",
    "equal_nan": "bool, optional\n    Whether nan is equal to itself.",
    "decimals": "int, optional\n    How many digits stay behind the point.",
    "dim": "int, or tuple of int, optional\n    Along which axes; by default"
    "\n    all.",
    "keepdim": "bool, optional\n    Whether those axes stay, with length 1.",
    "tensors": "sequence of Tensor\n    What to put together.",
    "diagonal": "int, optional\n    Which diagonal: 1 is the one above.",
    "lengths": "int, or one tuple of int\n    The shape.",
    "size": "int, or one tuple of int\n    The shape.",
    "dtype": "type, optional\n    That of the numbers.",
    "requires_grad": "bool, optional\n    Whether gradients collect here.",
    "device": 'str, optional\n    Where: ``"cpu"``, ``"cuda"``, or a library'
    ' such as ``"jax"``.',
    "generator": "Generator, optional\n    Where numbers are drawn from.",
    "like": "Tensor\n    Whose shape and type to take.",
    "weight": "Tensor\n    The weights, outputs first.",
    "bias": "Tensor, optional\n    What is added to each output.",
    "axis": "int, optional\n    The axis.",
    "target": "Tensor\n    What the input should be.",
    "reduction": "{'mean', 'sum', 'none'}, optional\n    What becomes of the"
    "\n    losses.",
    "eps": "float, optional\n    What keeps the quotient finite.",
    "training": "bool, optional\n    Whether this is training and not use.",
    "inplace": "bool, optional\n    As in PyTorch; it changes nothing.",
    "stride": "int or pair, optional\n    How far the window moves.",
    "padding": "int or pair, optional\n    Zeros before and behind.",
    "dilation": "int or pair, optional\n    How far apart the numbers of a"
    "\n    window lie.",
    "groups": "int, optional\n    In how many groups the channels lie; each"
    "\n    has kernels of its own.",
    "kernel_size": "int or pair\n    The window.",
    "ceil_mode": "bool, optional\n    Whether a last window may reach over the"
    "\n    edge.",
    "count_include_pad": "bool, optional\n    Whether the zeros of the padding"
    "\n    count as numbers.",
    "negative_slope": "float, optional\n    The slope on the left.",
    "min_val": "float, optional\n    The lower end.",
    "max_val": "float, optional\n    The upper end.",
    "beta": "float, optional\n    By what numbers are multiplied, and the"
    "\n    result divided.",
    "threshold": "float, optional\n    From where on it is the number.",
    "gain": "float, optional\n    What all numbers are multiplied by.",
    "a": "float, optional\n    The slope on the left of a leaky relu.",
    "mode": "{'fan_in', 'fan_out'}, optional\n    Which width counts.",
    "nonlinearity": "str, optional\n    What follows the layer.",
    "in_features": "int\n    How many inputs.",
    "out_features": "int\n    How many outputs.",
    "in_channels": "int\n    How many channels come in.",
    "out_channels": "int\n    How many go out.",
    "num_features": "int\n    How many channels.",
    "input_size": "int\n    How many inputs.",
    "hidden_size": "int\n    How many numbers the state has.",
    "p": "float, optional\n    The share.",
    "affine": "bool, optional\n    Whether to scale and shift each channel.",
    "modules": "Module\n    The modules, in order.",
    "more": "int\n    ``dilation``, of the largest only.",
}
DOCUMENTATION = """{summary}

Parameters
----------
{arguments}
{returns}
Examples
--------
{examples}
"""


RETURNS = """
Returns
-------
{0}
"""


def documented(function: F) -> F:
    """Complete the docstring of a function with what all of them share.

    Lines ``name : ...`` of its own stand between summary and examples.
    """
    text = inspect.getdoc(function) or ""
    head, mark, examples = text.partition(">>>")
    summary, own = head.strip(), dict[str, str]()
    parts = summary.split("\n\n")
    if len(parts) > 1 and " : " in parts[-1]:
        summary = "\n\n".join(parts[:-1])
        for block in parts[-1].split("\n"):
            if " : " in block:
                name, _, rest = block.partition(" : ")
                own[name] = rest
            else:
                own[name] += "\n" + block
    parameters = inspect.signature(function).parameters
    known = {**ARGUMENTS, **own}
    lines = [f"{SPOKEN.get(x, x)} : {known[x]}" for x in parameters]
    function.__doc__ = DOCUMENTATION.format(
        summary=summary,
        arguments="\n".join(lines),
        returns=""
        if inspect.isclass(function)
        else RETURNS.format(known["returns"]),
        examples=mark + examples,
    )
    if inspect.isclass(function):
        return function
    kinds = {
        SPOKEN.get(name, name): KINDS[kind]
        for name in parameters
        if (kind := re.split(", optional|\n", known[name])[0]) in KINDS
    }
    return _called(_spoken(function), kinds, "dim" in parameters)


# By the words of the documentation: what to take, and what it has.
KINDS = {
    "Tensor": ("a tensor", "constant"),
    "sequence of Tensor": ("a list of tensors", "constant"),
    "int": ("a whole number", "__index__"),
    "float": ("a number", "__float__"),
    "number": ("a number", "__float__"),
    "bool": ("True or False", "any"),
    "type": ("a type such as float32", "alignment"),
    "int, or tuple of int": ("whole numbers", "__index__"),
    "int, or one tuple of int": ("whole numbers", "__index__"),
    "int or pair": ("whole numbers", "__index__"),
}


def _called(function: F, kinds: dict[str, Any], has_axis: bool) -> F:
    """Take NumPy's names of `dim` and `keepdim`, as PyTorch does.

    Arguments of another kind are looked for only when a call has failed.
    """

    @functools.wraps(function)
    def call(*args: Any, **named: Any) -> Any:
        if named and has_axis:
            for name, same in (("axis", "dim"), ("keepdims", "keepdim")):
                if name in named:
                    named[same] = named.pop(name)
        try:
            return function(*args, **named)
        except (AttributeError, StopIteration, TypeError) as failure:
            if not isinstance(failure, MicrogradError):
                _refuse_others(function, kinds, args, named)
            raise

    return cast(F, call) if kinds or has_axis else function


def _refuse_others(
    function: Any, kinds: dict[str, Any], args: Any, named: Any
) -> None:
    """Refuse arguments that are not of their kind."""
    called = inspect.signature(function)
    given = called.bind_partial(*args, **named).arguments
    for name, one in given.items():
        what, needed = kinds.get(name, ("", "__class__"))
        default = called.parameters[name].default
        for x in _each(one, what):
            if x is not default and not _is(x, needed):
                do = "make a tensor of it with tensor()"
                if isinstance(x, Operators):
                    do = "functions of a Value are in micrograd.functions"
                elif needed != "constant":
                    do = f"give {what}"
                asked = f"{function.__name__}() takes {what} as {name}"
                raise NumberError(asked, described(x), do)


def _each(one: Any, what: str) -> list[Any]:
    """What is in lists, where several are taken."""
    several = what in ("a list of tensors", "whole numbers")
    if not several or not isinstance(one, (list, tuple)):
        return [one]
    return [x for part in one for x in _each(part, what)]


def _is(x: Any, needed: str) -> bool:
    """Whether something is of a kind, by what that kind has."""
    if needed == "alignment":
        return isinstance(x, (type, np.dtype)) or (
            isinstance(x, str) and x in np.sctypeDict
        )
    if needed == "any":  # NumPy's truths and tensors have it, as arrays do
        return isinstance(x, bool) or hasattr(x, needed)
    return hasattr(x, needed)


# What PyTorch calls its operands, as in ``softmax(input=x, dim=1)``.
SPOKEN = {"x": "input", "y": "other", "like": "input"}


def _spoken(function: F) -> F:
    """Call the operands as PyTorch does; the code has its short names.

    Names of parameters are names of the code's first variables, and the
    code itself counts its variables, so another name costs nothing.
    """
    code: Any = function.__code__
    n = code.co_argcount + code.co_kwonlyargcount
    names = code.co_varnames
    inside = tuple(SPOKEN.get(x, x) for x in code.co_cellvars)
    names = (*(SPOKEN.get(x, x) for x in names[:n]), *names[n:])
    vars_of: Any = function
    vars_of.__code__ = code.replace(co_varnames=names, co_cellvars=inside)
    shown = vars(function).get("__signature__")
    if shown is not None:
        renamed = [
            one.replace(name=SPOKEN.get(one.name, one.name))
            for one in shown.parameters.values()
        ]
        vars_of.__signature__ = shown.replace(parameters=renamed)
    return function
