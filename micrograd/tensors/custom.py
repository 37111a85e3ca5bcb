"""Functions with a gradient that is written by hand, as in PyTorch.

A class says how to compute something and how its gradient goes on; a call
of its `apply` becomes one node of the graph, whose row is the class.  What
is saved on the way forward is there on the way back.

A gradient that is computed by functions of tensors has a graph in turn, so
that higher derivatives need nothing more.

Notation: z is a result, g its gradient.

Leaves out: several results, and results that share memory with inputs
which are changed in place.

Sources: PyTorch for names and behaviour.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from micrograd.errors import GraphError, NumberError, ShapeError
from micrograd.recording import no_grad
from micrograd.tensors.engine import Tensor, make, record
from micrograd.tensors.libraries import namespace, zeros_near

__all__ = ["Context", "Custom", "Function"]

Array = Any


class Context:
    """What a function keeps from the way forward for the way back.

    Anything may be kept as an attribute; tensors belong to
    :meth:`save_for_backward`, which sees whether they are changed.

    Parameters
    ----------
    needs_input_grad : tuple of bool
        For each argument, whether a gradient goes there.

    Examples
    --------
    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.custom import Context
    >>> ctx = Context((True,))
    >>> ctx.save_for_backward(tensor([1.0]))
    >>> ctx.saved_tensors
    (tensor([1.]),)
    """

    def __init__(self, needs_input_grad: tuple[bool, ...]) -> None:
        self.needs_input_grad = needs_input_grad
        self._saved: list[Any] = []
        self._versions: list[Any] = []
        self._places: list[int] = []  # of the result among what is saved
        self._given: Any = None  # a gradient, and what backward made of it

    def save_for_backward(self, *tensors: Any) -> None:
        """Keep tensors, which are arguments or the result, or None."""
        self._saved = list(tensors)
        self._versions = [getattr(x, "version", [0])[0] for x in tensors]

    @property
    def saved_tensors(self) -> tuple[Any, ...]:
        """What was saved.

        Raises
        ------
        GraphError
            If an array was changed in place since.
        """
        for x, number in zip(self._saved, self._versions, strict=True):
            if getattr(x, "version", [0])[0] != number:
                given = "an array that was changed in place since"
                do = "save a copy, x.clone()"
                raise GraphError("saved_tensors of a function", given, do)
        return tuple(self._saved)


class Function:
    """A function with a gradient of its own; to be derived from.

    A subclass has two static methods, ``forward(ctx, *arguments)``, which
    gives a tensor, and ``backward(ctx, g)``, which gives one gradient for
    each argument, or None for those without.  It is called by
    :meth:`apply`.

    Examples
    --------
    >>> from micrograd.tensors import autograd, tensor
    >>> class Cube(autograd.Function):
    ...     @staticmethod
    ...     def forward(ctx, x):
    ...         ctx.save_for_backward(x)
    ...         return x**3
    ...     @staticmethod
    ...     def backward(ctx, g):
    ...         (x,) = ctx.saved_tensors
    ...         return 3 * x**2 * g
    >>> x = tensor([2.0], requires_grad=True)
    >>> Cube.apply(x)
    tensor([8.], grad_fn=<CubeBackward>)
    >>> Cube.apply(x).backward()
    >>> x.grad
    tensor([12.])
    """

    @staticmethod
    def forward(*arguments: Any) -> Any:
        """Compute the result, from a context and the arguments."""
        raise NotImplementedError

    @staticmethod
    def backward(ctx: Any, g: Any) -> Any:
        """Compute the gradients of the arguments from that of the result."""
        raise NotImplementedError

    @classmethod
    def apply(cls, *arguments: Any) -> Tensor:
        """Call the function, and note a node of the graph.

        Parameters
        ----------
        *arguments : object
            Tensors, and anything else.

        Returns
        -------
        Tensor
            The result.

        Raises
        ------
        NumberError
            If `forward` gives something else than one tensor.
        """
        tensors = [x for x in arguments if isinstance(x, Tensor)]
        needs = [isinstance(x, Tensor) and x.requires_grad for x in arguments]
        ctx = Context(tuple(needs))
        with no_grad():
            z = cls._computed(ctx, arguments)
        if not isinstance(z, Tensor):
            asked = f"{cls.__name__}.forward() gives one tensor"
            do = "write one function for each result"
            raise NumberError(asked, f"{type(z).__name__}", do)
        if not any(z is x for x in tensors):
            ctx._places = [i for i, x in enumerate(ctx._saved) if x is z]
        for i in ctx._places:  # its graph would lead back here
            ctx._saved[i] = None
        row = Custom(cls, [isinstance(x, Tensor) for x in arguments])
        return record(z.array, row, tensors, {"ctx": ctx})

    @classmethod
    def _computed(cls, ctx: Context, arguments: Sequence[Any]) -> Any:
        """The result, in either of the two ways that PyTorch has."""
        arrange = getattr(cls, "setup_context", None)
        if arrange is None:
            return cls.forward(ctx, *arguments)
        z = cls.forward(*arguments)
        arrange(ctx, tuple(arguments), z)
        return z


class Custom:
    """The row of a function's nodes.

    Parameters
    ----------
    function : type
        The class.
    places : sequence of bool
        Which of the arguments are tensors.

    Examples
    --------
    >>> from micrograd.tensors.custom import Custom, Function
    >>> Custom(Function, [True]).label
    'FunctionBackward'
    """

    def __init__(self, function: Any, places: Sequence[bool]) -> None:
        self.function, self.name = function, function.__name__
        self.label = f"{self.name}Backward"
        self.places = [i for i, one in enumerate(places) if one]
        self.count = len(places)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Custom)  # in what a node keeps

    def __hash__(self) -> int:
        return hash(Custom)

    def reads(self, i: int) -> tuple[bool, ...]:
        """Tell whether :meth:`back` looks at z and at each operand."""
        return (True,)

    def back(
        self, i: int, g: Array, shapes: Any, z: Array, *_: Any, ctx: Context
    ) -> Array:
        """Give the gradient of tensor `i`, as an array."""
        with no_grad():
            part = self._part(i, ctx, make(g), make(z), shapes, g)
        if part is None:
            return zeros_near(shapes[i], g.dtype, g)
        return namespace(g).asarray(part.array, copy=True)  # may be saved

    def back_recorded(
        self, i: int, g: Tensor, shapes: Any, z: Any, *_: Any, ctx: Context
    ) -> Tensor:
        """Give the same as a tensor with a graph."""
        part = self._part(i, ctx, g, z, shapes, g)
        if part is None:
            return make(zeros_near(shapes[i], g.dtype, g.array))
        if g.past is not None and part.past is None and part.array.any():
            asked = f"a derivative of {self.name}.backward() needs its graph"
            do = "compute it from g by functions of tensors"
            raise GraphError(asked, "a gradient without one", do)
        return part

    def _part(
        self, i: int, ctx: Context, g: Tensor, z: Tensor, shapes: Any, key: Any
    ) -> Any:
        """Of what backward gives, for which it is called once, one part."""
        if ctx._given is None or ctx._given[0] is not key:
            ctx._given = key, self._called(ctx, g, z, shapes)
        part = ctx._given[1][i]
        last = max(at for at in self.places if ctx.needs_input_grad[at])
        if self.places[i] == last:
            ctx._given = None
        return part

    def _called(self, ctx: Context, g: Tensor, z: Tensor, shapes: Any) -> Any:
        """What backward makes of a gradient, checked."""
        for at in ctx._places:
            ctx._saved[at], ctx._versions[at] = z, z.version[0]
        found = self.function.backward(ctx, g)
        for at in ctx._places:
            ctx._saved[at] = None  # its graph would lead back here
        parts = list(found) if isinstance(found, (tuple, list)) else [found]
        while len(parts) > self.count and parts[-1] is None:
            parts.pop()
        if len(parts) != self.count:
            asked = f"{self.name}.backward() gives {self.count} gradients"
            do = "give one for each argument, None where there is none"
            raise ShapeError(asked, f"{len(parts)}", do)
        chosen = [parts[i] for i in self.places]
        for part, shape in zip(chosen, shapes, strict=True):
            self._check(part, tuple(shape))
        return chosen

    def _check(self, part: Any, shape: tuple[int, ...]) -> None:
        if part is None:
            return
        asked = f"{self.name}.backward() gives a gradient of shape {shape}"
        if not isinstance(part, Tensor):
            do = "compute with the gradient that it is called with"
            raise NumberError(asked, f"{type(part).__name__}", do)
        if part.shape != shape:
            raise ShapeError(asked, f"{tuple(part.shape)}", "keep the shape")
