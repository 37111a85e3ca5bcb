"""Whether results remember how they were made, and who else is watching.

Two facts hold for a thread or an asynchronous task at a time.  One is
whether a graph is kept: by default it is, inside :func:`no_grad` it is not.
The other is whether something runs around the computation that the user
does not see: a *witness*, which is told of every ``Value`` an operation
meets while a function is being recorded, and the *depth*, how many
transforms such as :func:`micrograd.grad` are running one inside another.

Notation: a *state* is the pair of graph and witness.

Leaves out: what is remembered, see :mod:`micrograd.engine`; what an operation
means, which its operands decide.

Sources: PyTorch's ``torch.no_grad`` and ``torch.enable_grad``, which are
blocks and decorators alike.
"""

from __future__ import annotations

from collections import namedtuple
from contextvars import ContextVar
from functools import wraps

from micrograd.about import TYPE_CHECKING
from micrograd.documentation import documented
from micrograd.errors import NumberError, StateError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from typing import Any, TypeVar

    F = TypeVar("F", bound=Callable[..., Any])

__all__ = ["State", "depth", "enable_grad", "no_grad", "outermost", "state"]

# Flags of a function's code: it has a yield, or is an async def.
GENERATOR, COROUTINE = 0x20, 0x80


# Not typing.NamedTuple: see TYPE_CHECKING.
@documented
class State(namedtuple("State", "graph witness")):  # noqa: PYI024
    """What holds for operations at the moment.

    graph : bool
        Whether results remember their operands.
    witness : object or None
        Has a method ``meet(values)``, called before an operation on them.

    >>> from micrograd import no_grad
    >>> from micrograd.recording import state
    >>> with no_grad():
    ...     state.get()
    State(graph=False, witness=None)
    """

    __slots__ = ()


EAGER = State(graph=True, witness=None)
state: ContextVar[State] = ContextVar("state", default=EAGER)
depth: ContextVar[int] = ContextVar("depth", default=0)


class _Setting:
    """A block or a decorator that sets whether a graph is kept."""

    graph = True

    def __new__(cls, function: F | None = None) -> Any:
        """Make a block; or decorate at once, where brackets were left out."""
        block = super().__new__(cls)
        return block if function is None else block(function)

    def __init__(self) -> None:
        self.tokens: list[Any] = []

    def __enter__(self) -> None:
        now = state.get()
        inside = EAGER if self.graph else State(graph=False, witness=None)
        if now.witness is not None:
            inside = now._replace(graph=self.graph)
        self.tokens.append(state.set(inside))

    def __exit__(self, *problem: object) -> None:
        state.reset(self.tokens.pop())

    def __call__(self, function: F) -> F:
        """Decorate a function: each call of it runs in such a block."""
        kind = type(self)
        if not callable(function):
            asked = f"{kind.__name__} is a block, or decorates a function"
            do = f"write @{kind.__name__}() above def"
            raise NumberError(asked, f"{function!r}", do)
        flags = getattr(getattr(function, "__code__", None), "co_flags", 0)
        if flags & GENERATOR:
            return _resumed(function, kind)
        if flags & COROUTINE:
            return _awaited(function, kind)

        @wraps(function)
        def inside(*args: Any, **named: Any) -> Any:
            with kind():
                return function(*args, **named)

        return inside  # type: ignore[return-value]


def _awaited(function: F, block: type[_Setting]) -> F:
    """Decorate a coroutine: each task has a setting of its own."""

    @wraps(function)
    async def coroutine(*args: Any, **named: Any) -> Any:
        with block():
            return await function(*args, **named)

    return coroutine  # type: ignore[return-value]


def _resumed(function: F, block: type[_Setting]) -> F:
    """Decorate a generator: the setting holds only while it is running."""

    @wraps(function)
    def generator(*args: Any, **named: Any) -> Generator[Any, Any, Any]:
        run = function(*args, **named)
        resume, given = run.send, None
        while True:
            try:
                with block():
                    made = resume(given)
            except StopIteration as end:
                return end.value
            try:
                resume, given = run.send, (yield made)
            except GeneratorExit:
                with block():
                    run.close()
                raise
            except BaseException as problem:
                resume, given = run.throw, problem

    return generator  # type: ignore[return-value]


@documented
class no_grad(_Setting):
    """Compute without recording a graph.

    Results inside are constants.  Use it as a block, or as a decorator of
    a function or a generator, with or without brackets.  The setting holds
    for the current thread and asynchronous task, and is restored when the
    block ends, also by an exception.

    >>> from micrograd import Value, no_grad
    >>> x = Value(2.0)
    >>> with no_grad():
    ...     y = x * x
    >>> y.inputs, (x * x).inputs == (x, x)
    ((), True)
    >>> @no_grad()
    ... def square(v):
    ...     return v * v
    >>> square(x).inputs
    ()
    """

    graph = False


@documented
class enable_grad(_Setting):
    """Record a graph, also inside :func:`no_grad`.

    >>> from micrograd import Value, enable_grad, no_grad
    >>> x = Value(2.0)
    >>> with no_grad(), enable_grad():
    ...     y = x * x
    >>> y.inputs == (x, x)
    True
    """


@documented
def outermost(asked: str, do: str) -> None:
    """Refuse what changes the world where a function may run again.

    asked : str
        What wants to be outermost, for the error.
    do : str
        What to do instead.
    raises : StateError
        Inside a transform, or in a function that is being recorded.

    >>> def step(x):
    ...     outermost("a step runs by itself", "differentiate the loss")
    ...     return x - 0.5
    >>> step(1.0)  # inside micrograd.grad it would be refused
    0.5
    """
    if state.get().witness is not None:
        raise StateError(asked, "a call inside a compiled function", do)
    if depth.get():
        raise StateError(asked, "a call inside a transform", do)
