"""Traced arrays: arrays that write down what NumPy is asked to do to them.

To the engine this is one more array library.  While a function is recorded,
every tensor from outside holds a traced array, and whatever computes with
it, forward, backward or in an optimiser, comes here by NumPy's own
protocols and becomes one line of a tape: which function, of what.  The
line is also carried out, on a copy of the numbers, so that shapes, types
and layouts are known.

Code that asks for the numbers themselves is refused, with the line that
asked.  So nothing can be taken for fixed that is not.

Notation: a *place* is a line of the tape, and stands for its array; a
*root* is the place whose memory an array lies in; a *write* is a line that
changes memory.

Leaves out: arrays whose shape depends on numbers, such as ``x[x > 0]``.

Sources: NumPy's ``__array_ufunc__`` and ``__array_function__``.
"""

from __future__ import annotations

import operator
import zlib
from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np

from micrograd.compiler.tape import Tape, refusal
from micrograd.operators import Operators
from micrograd.recording import state
from micrograd.tensors.libraries import NAMESPACES, expect

__all__ = ["LOST", "Constant", "Recorder", "Traced", "drawn", "each", "plain"]

Array = Any
DO = "pass what changes as arguments, or draw it by micrograd.tensors"
LOST = "a tensor from inside a recording, which holds no numbers"
LIKE = {np.zeros_like, np.ones_like, np.empty_like, np.full_like}
# Pure functions whose results have shapes that no number decides.
PURE = {
    np.all, np.any, np.argmax, np.argmin, np.argsort, np.broadcast_to,
    np.clip, np.concatenate, np.copy, np.cumsum, np.diff, np.dot, np.einsum,
    np.expand_dims, np.flip, np.max, np.mean, np.min, np.prod, np.repeat,
    np.reshape, np.roll, np.sort, np.squeeze, np.stack, np.sum, np.swapaxes,
    np.take, np.take_along_axis, np.tile, np.transpose, np.tril, np.triu,
    np.var, np.vdot, np.where,
}  # fmt: skip
METHODS = set(
    "all any argmax argmin astype copy cumsum dot flatten max mean min prod "
    "ravel repeat reshape squeeze sum swapaxes take transpose var".split()
)


class Constant:
    """An array that a recording only reads; two are equal by their numbers.

    Examples
    --------
    >>> import numpy as np
    >>> from micrograd.tensors.traced import Constant
    >>> Constant(np.ones(2)) == Constant(np.ones(2))
    True
    """

    def __init__(self, array: Array) -> None:
        self.array = array

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Constant):
            return False
        a, b = self.array, other.array
        if a is b or a.dtype != b.dtype or a.shape != b.shape:
            return a is b
        return a.tobytes() == b.tobytes()

    def __hash__(self) -> int:
        return hash((self.array.shape, self.array.dtype))

    def __repr__(self) -> str:
        a, content = self.array, zlib.crc32(self.array.tobytes())
        return f"a constant {a.dtype} array {a.shape}, {content:x}"


def plain(x: Any) -> Any:
    """The same arguments with numbers in the places of traced arrays.

    Examples
    --------
    >>> from micrograd.tensors.traced import plain
    >>> plain((1, [2.0, None]))
    (1, [2.0, None])
    """
    return each(x, lambda one: one.value)


def each(x: Any, change: Callable[[Any], Any]) -> Any:
    """A tree of arguments with its traced arrays changed.

    Examples
    --------
    >>> from micrograd.tensors.traced import each
    >>> each([1, (2.0,)], repr)
    [1, (2.0,)]
    """
    if type(x) is Traced:
        return change(x)
    if isinstance(x, (tuple, list)):
        return type(x)([each(one, change) for one in x])
    if isinstance(x, dict):
        return {key: each(one, change) for key, one in x.items()}
    return x


class Recorder:
    """What was done to traced arrays, line by line.

    Parameters
    ----------
    before : Tape, optional
        That of another recording, which this one has to repeat.

    Attributes
    ----------
    tape : Tape
        The lines, to be compared with those of another recording.
    calls : list
        For each line the function, its arguments and its named arguments.
    values : list
        For each line an example of its result.
    roots : list of int
        For each line in whose memory its result lies.
    writes : dict from int to int
        For a line that changes memory the place whose memory it is.
    fixed : set of int
        Lines that are carried out each time, wanted or not.

    Examples
    --------
    >>> import numpy as np
    >>> from micrograd.tensors.traced import Recorder
    >>> recorder = Recorder()
    >>> x = recorder.incoming(np.ones(2))
    >>> y = np.exp(x) + 1
    >>> print(recorder.tape)
    0  input 0
    1  exp %0
    2  add %1 '1'
    """

    def __init__(self, before: Tape | None = None) -> None:
        self.tape = Tape(before, DO)
        self.calls: list[tuple[Any, Any, Any]] = []
        self.values: list[Any] = []
        self.roots: list[int] = []
        self.writes: dict[int, int] = {}
        self.fixed: set[int] = set()
        self.owners: dict[int, int] = {}  # of memory from outside, by id
        self.closed = ""  # why nothing can be written any more

    def incoming(self, value: Any, owner: Any = None) -> Traced:
        """An array or a number from outside; one owner is one memory."""
        place = len(self.calls)
        traced = self._add("input", (str(place),), (None, (), {}), value)
        if owner is not None:
            self.roots[place] = self.owners.setdefault(id(owner), place)
        return traced

    def _add(self, name: str, operands: Any, call: Any, value: Any) -> Traced:
        made = Traced()
        made.recorder, made.value = self, value
        made.place = self.tape.append(name, operands)
        self.calls.append(call)
        self.values.append(value)
        self.roots.append(made.place)
        return made

    def _frozen(self, tree: Any) -> Any:
        """Arguments that can be compared: places as integers."""
        if type(tree) is Traced:
            if tree.recorder is not self or self.closed:
                raise refusal(tree.recorder.closed or LOST)
            return tree.place
        if isinstance(tree, dict):
            tree = tuple(tree.items())
        if isinstance(tree, (tuple, list)):
            return tuple(map(self._frozen, tree))
        array = isinstance(tree, np.ndarray)
        return Constant(tree) if array else repr(tree)

    def call(self, function: Any, args: Any, named: Any) -> Traced:
        """Carry a function out and write it down."""
        operands = (*self._frozen(args), *self._frozen(named))
        value = function(*plain(args), **plain(named))
        found = [x for x in _arrays(args) if isinstance(x.value, np.ndarray)]
        if isinstance(value, np.generic):
            value = np.asarray(value) if found else value.item()
        if not isinstance(value, (np.ndarray, float, int)):
            raise refusal(f"{_name(function)} of an array")
        call = function, args, named
        made = self._add(_name(function), operands, call, value)
        for x in found:
            if value is x.value or (
                getattr(value, "base", None) is not None
                and np.may_share_memory(value, x.value)
            ):
                self.roots[made.place] = self.roots[x.place]
        return made

    def write(self, function: Any, args: Any, named: Any, out: Any) -> Any:
        """Change memory, and write that down."""
        if type(out) is not Traced:
            raise refusal("a change of an array from outside")
        operands = (*self._frozen(args), *self._frozen(named), out.place)
        if function is operator.setitem or function.__name__ == "at":
            function(*plain(args), **plain(named))
        else:
            function(*plain(args), out=out.value, **plain(named))
        call = function, args, named
        line = self._add(f"{_name(function)} into", operands, call, None)
        self.roots[line.place] = self.roots[out.place]
        self.writes[line.place] = out.place
        return out

    def fresh(self, array: Array) -> Traced:
        """An array that the function makes, and may change."""
        return self.call(np.copy, (array,), {})


def _name(function: Any) -> str:
    return getattr(function, "__name__", "a function")


def _arrays(tree: Any) -> list[Traced]:
    """The traced arrays in a tree of arguments."""
    found: list[Traced] = []
    each(tree, found.append)
    return found


# --- The arrays ---


def _refused(look: str) -> Any:
    def method(self: Traced, *more: Any, **named: Any) -> Any:
        raise refusal(self.recorder.closed or look)

    return method


# To isinstance() one is what it stands for.
class Traced:
    """An array that is not known yet: a line of a tape.

    Examples
    --------
    >>> import numpy as np
    >>> from micrograd.tensors.traced import Recorder
    >>> x = Recorder().incoming(np.ones((2, 3)))
    >>> (x * 2).sum(axis=0).shape, isinstance(x, np.ndarray)
    ((3,), True)
    """

    __slots__ = ("place", "recorder", "value")
    __hash__ = object.__hash__
    __class__ = property(lambda self: type(self.value))
    place: int
    recorder: Recorder
    value: Any
    device = "cpu"

    def __array_ufunc__(
        self, ufunc: Any, method: str, *inputs: Any,
        out: Any = (), **named: Any,
    ) -> Any:  # fmt: skip
        now = self.recorder
        function = ufunc if method == "__call__" else getattr(ufunc, method)
        if method == "at":
            return now.write(function, inputs, named, inputs[0])
        if out:
            return now.write(function, inputs, named, out[0])
        return now.call(function, inputs, named)

    def __array_function__(
        self, function: Any, types: Any, args: Any, named: Any
    ) -> Any:
        if function in LIKE:
            return self.recorder.fresh(function(*plain(args), **named))
        if function not in PURE or named.get("out") is not None:
            raise refusal(f"numpy.{_name(function)} of an array")
        return self.recorder.call(function, args, named)

    def __record__(self, function: Any, args: Any, named: Any) -> Any:
        """Write a function down as a whole."""
        return self.recorder.call(function, args, named)

    def __expect__(self) -> bool:
        """What holds now, and must hold each time that this is replayed."""
        holds = bool(self.value)
        line = self.recorder.call(expect, (self, holds), {})
        self.recorder.fixed.add(line.place)
        return holds

    def __getitem__(self, index: Any) -> Any:
        for x in _arrays((index,)):
            if x.dtype == bool:
                raise refusal("a shape that depends on numbers")
        return self.recorder.call(operator.getitem, (self, index), {})

    def __setitem__(self, index: Any, x: Any) -> None:
        if type(x) is Traced and _same_memory(x.value, self.value, index):
            return  # the end of x[i] += y
        args = self, index, x
        self.recorder.write(operator.setitem, args, {}, self)

    def __getattr__(self, name: str) -> Any:
        if name in METHODS:
            function = getattr(np.ndarray, name)
            return lambda *args, **named: self.recorder.call(
                function, (self, *args), named
            )
        if hasattr(np.ndarray, name) and not name.startswith("_"):
            raise refusal(f"{name} of an array")
        raise AttributeError(name)

    @property
    def shape(self) -> tuple[int, ...]:
        """Known, as are type and strides."""
        shape: tuple[int, ...] = self.value.shape
        return shape

    dtype = property(lambda self: self.value.dtype)
    ndim = property(lambda self: self.value.ndim)
    size = property(lambda self: self.value.size)
    strides = property(lambda self: self.value.strides)
    T = property(lambda self: self.transpose())

    def __len__(self) -> int:
        return len(self.value)

    def __iter__(self) -> Any:
        return iter([self[i] for i in range(len(self))])

    def __deepcopy__(self, memo: object) -> Any:
        return self.copy()

    def __repr__(self) -> str:
        return f"Traced({self.place})"

    __array__ = _refused("the numbers of an array")
    __float__ = _refused("float() or item() of a tensor")
    __int__ = _refused("int() or item() of a tensor")
    __index__ = _refused("a tensor as a count or as the end of a slice")
    __bool__ = _refused("a choice that depends on numbers, such as if")
    __contains__ = _refused("a search in an array")
    __format__ = __round__ = _refused("numbers as text, or rounded")
    __reduce_ex__ = _refused("an array to be saved")
    item = tolist = tobytes = _refused("item() or tolist() of a tensor")


def _same_memory(x: Array, whole: Array, index: Any) -> bool:
    if not isinstance(x, np.ndarray) or x.base is None or _arrays((index,)):
        return False
    part, form = whole[index], ("data", "shape", "strides", "typestr")
    a, b = x.__array_interface__, np.asarray(part).__array_interface__
    return all(a[key] == b[key] for key in form)


OPERATORS = {
    "add": np.add, "sub": np.subtract, "mul": np.multiply,
    "truediv": np.divide, "floordiv": np.floor_divide, "mod": np.remainder,
    "pow": np.power, "matmul": np.matmul, "and": np.bitwise_and,
    "or": np.bitwise_or, "xor": np.bitwise_xor, "lshift": np.left_shift,
    "rshift": np.right_shift,
}  # fmt: skip
COMPARISONS = {
    "lt": np.less, "le": np.less_equal, "gt": np.greater,
    "ge": np.greater_equal, "eq": np.equal, "ne": np.not_equal,
}  # fmt: skip
ALONE = {"neg": np.negative, "abs": np.absolute, "invert": np.invert,
         "pos": np.positive}  # fmt: skip


def _binary(ufunc: Any) -> list[Any]:
    """An operator, reflected, and in place."""

    def method(self: Traced, other: Any) -> Any:
        known = not isinstance(other, Operators)
        return ufunc(self, other) if known else NotImplemented

    def reflected(self: Traced, other: Any) -> Any:
        return ufunc(other, self)

    def in_place(self: Traced, other: Any) -> Any:
        number = not isinstance(self.value, np.ndarray)
        return ufunc(self, other, out=None if number else (self,))

    return [method, reflected, in_place]


for _word, _ufunc in OPERATORS.items():
    for _how, _method in zip("_ri", _binary(_ufunc), strict=True):
        setattr(Traced, f"__{_how.strip('_')}{_word}__", _method)
for _word, _ufunc in COMPARISONS.items():
    setattr(Traced, f"__{_word}__", _binary(_ufunc)[0])
for _word, _ufunc in ALONE.items():
    setattr(Traced, f"__{_word}__", lambda self, f=_ufunc: f(self))


class _Namespace:
    """NumPy's functions; those that make arrays make traced ones."""

    def __getattr__(self, name: str) -> Any:
        return getattr(np, name)

    @staticmethod
    def asarray(
        x: Any, dtype: Any = None, *, copy: bool = False, **_: Any
    ) -> Any:
        """An array as it is, or a copy of it."""
        if type(x) is not Traced:
            return np.asarray(x, dtype)
        same = dtype is None or x.dtype == dtype
        return x if same and not copy else x.astype(dtype or x.dtype)

    @staticmethod
    def zeros(shape: Any, dtype: Any) -> Any:
        """Zeros to be written into."""
        return state.get().witness.recorder.fresh(np.zeros(shape, dtype))


NAMESPACES[Traced] = _Namespace()


# --- Numbers drawn at random ---


def drawn(method: Callable[..., Any]) -> Callable[..., Any]:
    """Have a method of a generator recorded, so that each replay draws.

    Examples
    --------
    >>> from micrograd.tensors.traced import drawn
    >>> class Die:
    ...     @drawn
    ...     def throw(self, n):
    ...         return [4] * n
    >>> Die().throw(2)
    [4, 4]
    """

    @wraps(method)
    def draw(self: Any, *args: Any, **named: Any) -> Any:
        witness = getattr(state.get().witness, "recorder", None)
        if witness is None:
            return method(self, *args, **named)
        state.get().witness.watch(self)
        line = witness.call(method, (self, *args), named)
        witness.fixed.add(line.place)
        return line

    return draw
