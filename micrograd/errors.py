"""What micrograd raises when it cannot do what it was asked.

Every error has three parts, given to the constructor in this order: what
was *asked*, what was *given*, and what to *do* about it.  Each class is
also one of Python's own exceptions, so ``except ValueError`` keeps working,
and each docstring is its section of the error page, whose address ends
every message.

Leaves out: warnings.  A thing is either right or an error.
"""

from __future__ import annotations

import sys

from micrograd.about import DISTRIBUTION, DOCS, TYPE_CHECKING, __version__
from micrograd.documentation import documented

if TYPE_CHECKING:
    from typing import Any

__all__ = [
    "MicrogradError",
    "NumberError",
    "ShapeError",
    "OutOfRangeError",
    "OptionError",
    "StateError",
    "RuleError",
    "NonFiniteGradientError",
    "GradcheckError",
    "GraphError",
    "GraphSizeError",
    "RecordingError",
    "MissingPackageError",
]

PAGE = f"{DOCS}reference/errors.html"


@documented
class MicrogradError(Exception):
    """The parent of every error that micrograd raises.

    asked : str
        What the caller wanted, with the name of the thing that refused.
    given : str
        What it received instead.
    do : str
        The next thing to try.

    >>> from micrograd.errors import ShapeError
    >>> error = ShapeError("Neuron(2) expects 2 inputs", "3", "drop one")
    >>> print(str(error).split("; see")[0])
    Neuron(2) expects 2 inputs but got 3; drop one
    >>> isinstance(error, ValueError)
    True
    """

    def __init__(self, asked: str, given: str, do: str) -> None:
        super().__init__(asked, given, do)

    def __str__(self) -> str:
        asked, given, do = self.args
        address = f"{PAGE}#{type(self).__name__.lower()}"
        return f"{asked} but got {given}; {do}; see {address}"


@documented
class NumberError(MicrogradError, TypeError):
    """Something that must be a number, or a ``Value``, is not.

    A ``Value`` holds one real number.  A list, a string, a complex number
    or an array of several numbers has to be taken apart first: one
    ``Value`` for each number.

    >>> from micrograd import Value
    >>> Value([1.0, 2.0])
    Traceback (most recent call last):
    micrograd.errors.NumberError: Value(data) takes one real number but got \
the list [1.0, 2.0]; make one Value for each number; see \
https://micrograd.readthedocs.io/en/latest/reference/errors.html#numbererror
    """


@documented
class ShapeError(MicrogradError, ValueError):
    """A list has the wrong length, or is empty where it must not be.

    Python's ``zip`` stops at the shorter list without a word, so a neuron
    fed too few inputs would compute a wrong number.  Here it is refused.

    >>> from micrograd.nn import MLP
    >>> MLP(2, [16, 1])([1.0, 2.0, 3.0])  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    micrograd.errors.ShapeError: MLP(2, [16, 1]) expects 2 inputs but got \
3; check the width of the data or the first argument; see ...
    """


@documented
class OutOfRangeError(ShapeError, IndexError):
    """An index lies outside of what it picks from.

    >>> from micrograd.tensors import tensor
    >>> tensor([1.0, 2.0])[2]  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    micrograd.errors.OutOfRangeError: an index into the shape (2,) must ...
    """


@documented
class OptionError(MicrogradError, ValueError):
    """A setting has an unknown name or lies outside its range.

    Names are matched exactly, and the message lists those that exist.
    Numbers such as a learning rate must be finite and in the stated range.

    >>> from micrograd.nn import MLP
    >>> MLP(2, [4, 1], activation="rely")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    micrograd.errors.OptionError: activation= takes a function or one of \
... but got 'rely'; check the spelling; see ...
    """


@documented
class StateError(MicrogradError, ValueError):
    """Saved numbers do not fit, or a step is taken in the wrong place.

    ``load_state_dict`` compares names first and changes nothing unless all
    of them match.  And a training step, which changes parameters, is
    refused inside a transform or a compiled function, where the function
    may run more often than it seems.

    >>> from micrograd.nn import Neuron
    >>> Neuron(2).load_state_dict({"w[0]": 1.0})  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    micrograd.errors.StateError: Neuron.load_state_dict() expects the names \
of its 3 parameters but got 1 names that lack 'w[1]'; build the same network \
first, or pass strict=False; see ...
    """


@documented
class RuleError(MicrogradError, TypeError):
    """A node made by hand stood in the way of a transform.

    ``out._backward = closure`` and local gradients in numbers serve
    ``backward()``.  What differentiates twice, in forward mode, or on a
    tape has to read a rule, such as :func:`micrograd.elementwise` makes.

    >>> from micrograd import Value, grad
    >>> square = grad(lambda x: Value(x.data**2, (x,), "square"))
    >>> square(3.0)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    micrograd.errors.RuleError: transforms and compile read rules only \
but got the node 'square', made by hand; write its rule with \
micrograd.elementwise, or call backward(); see ...
    """


@documented
class NonFiniteGradientError(MicrogradError, ArithmeticError):
    """A gradient is infinite or not a number, so a step would spoil it all.

    ``step()`` looks at every gradient before it changes any parameter.
    The message names the parameter and the first node of the graph at
    which the numbers stopped being finite.

    >>> from micrograd import Value, optim
    >>> w = Value(0.0, label="w")
    >>> w.log().backward()
    >>> optim.SGD([w], lr=0.1).step()  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    micrograd.errors.NonFiniteGradientError: SGD.step() needs finite \
gradients but got inf for w; call step(loss) to learn which node went wrong \
first; see ...
    """


@documented
class GradcheckError(MicrogradError, ArithmeticError):
    """A derivative differs from what differences of the values give.

    Either a rule is wrong, or the point is at a kink or close to a pole,
    where differences mean nothing.

    >>> from micrograd import elementwise, gradcheck
    >>> @elementwise(lambda y, x: 3 * x, domain=[(-2, 2)], torch="")
    ... def square(xp, x):
    ...     return x * x
    >>> gradcheck(square, [1.0])  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    micrograd.errors.GradcheckError: gradcheck(square) found that \
differences give 2 as derivative of order 1 with respect to input 0 but got \
3 in reverse mode; correct the partials it uses, or move away from a kink; ...
    """


@documented
class GraphError(MicrogradError, RuntimeError):
    """A gradient cannot be computed, because its graph is not there or wrong.

    A graph begins at leaves that require a gradient; a constant has none.
    It remembers arrays, which one backward pass uses up, and which must
    not be changed in between: the gradient would be that of other numbers.

    >>> from micrograd.tensors import ones
    >>> ones(2).sum().backward()  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    micrograd.errors.GraphError: ...
    """


@documented
class GraphSizeError(MicrogradError, ValueError):
    """A graph has more nodes than anybody could read in a drawing.

    >>> from micrograd import Value, draw_dot
    >>> root = sum([Value(1.0) for i in range(5000)])
    >>> draw_dot(root)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    micrograd.errors.GraphSizeError: draw_dot(max_nodes=2000) draws at most \
2,000 boxes but got a graph of 10,001 values; draw a smaller part, such as \
the loss of one row of the data, or raise max_nodes; see ...
    """


@documented
class RecordingError(MicrogradError, TypeError):
    """A function looked at a number while it was recorded for replay.

    What is recorded runs again on other numbers, so nothing in it may
    depend on what a number happens to be: no ``if v > 0``, no
    ``float(v)``.  Choose with ``where``, ``relu`` or ``maximum``, which
    are recorded with both their branches.

    >>> import micrograd
    >>> @micrograd.compile
    ... def f(x):
    ...     return x if x > 0 else -x
    >>> f(2.0)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    micrograd.errors.RecordingError: ...
    """


@documented
class MissingPackageError(MicrogradError, ImportError):
    """An optional package is needed and not installed.

    The engine and the networks need nothing but Python.  Rendering a
    drawing, plotting and arrays each need one more package, and the
    message names the extra that brings it.

    It is also raised where the files of the original ``micrograd`` and of
    this one are mixed; ``python -m micrograd`` tells what is there.

    >>> from micrograd.about import INSTALL
    >>> from micrograd.errors import MissingPackageError
    >>> asked = "plotting needs matplotlib"
    >>> do = "run: " + INSTALL.format("plot")
    >>> raise MissingPackageError(asked, "no such package", do)
    Traceback (most recent call last):
    micrograd.errors.MissingPackageError: plotting needs matplotlib but got \
no such package; run: pip install "micrograd-literate[plot]"; see \
https://micrograd.readthedocs.io/en/latest/reference/errors.html\
#missingpackageerror
    """


def optional(name: str, asked: str, do: str) -> Any:
    """Import a module of a package that may be missing.

    Raises a ``MissingPackageError``, of which `asked` and `do` say
    what needs it, and how it is installed.
    """
    from importlib import import_module

    try:
        return import_module(name)
    except ImportError:
        raise MissingPackageError(asked, "no such package", do) from None


# --- Another package under the same name ---


def _refuse_a_mixture() -> None:
    """Notice that the original micrograd has overwritten our files.

    It has an empty ``__init__``, so ``from micrograd import ...`` can only
    fail in Python's words; everything else of ours comes by here.
    """
    package = sys.modules["micrograd"]
    if getattr(package, "__version__", None) != __version__:
        raise MissingPackageError(
            f"this module is a part of {DISTRIBUTION} {__version__}",
            "an __init__.py that is not, in the same folder: the original "
            "micrograd was installed too, or uninstalled",
            f"run: pip uninstall --yes micrograd {DISTRIBUTION}, and install "
            "the one that you want",
        )


_refuse_a_mixture()
