"""Module: a thing with parameters, and how to find them all.

A *parameter* is a number to be learned: a leaf ``Value`` that a module, or
a module in it, holds in an attribute.  Nothing has to be registered: a
search through the attributes finds each parameter, in order and once, and
the path to it is its name: ``layers.0.neurons.3.w[1]``.
A module that has a method ``parameters`` of its own is asked instead.

Notation: a *state* is a dict of the numbers in the parameters, by name.

Leaves out: networks (:mod:`micrograd.nn`); numbers saved but not learned.

Sources: PyTorch's ``nn.Module`` for the methods; tinygrad's
``get_state_dict`` for finding parameters by a search.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Self

from micrograd.documentation import documented
from micrograd.engine import Value
from micrograd.errors import StateError
from micrograd.namespaces import to_number

__all__ = ["Module"]


@documented
class Module:
    """What holds parameters: the parent of every layer and network.

    A parameter is a leaf ``Value`` in an attribute; in a list, tuple, dict
    or array in an attribute; or in another module there, to any depth.  It is
    named after the way to it and counted once, where it is met first.

    A class that holds other Values too, such as its last input, says which
    ones are learned with a method ``parameters`` of its own.

    training : bool
        True until :meth:`eval`, for modules of your own that look at it.

    >>> from micrograd import Value, nn
    >>> class Line(nn.Module):
    ...     def __init__(self):
    ...         self.slope, self.offset = Value(2.0), Value(1.0)
    ...     def __call__(self, x):
    ...         return self.slope * x + self.offset
    >>> line = Line()
    >>> line(3.0).data, line.state_dict(), len(line.parameters())
    (7.0, {'slope': 2.0, 'offset': 1.0}, 2)
    >>> line.load_state_dict({"slope": 3.0, "offset": 0.0})
    >>> line.eval().training, line(3.0).data
    (False, 9.0)
    """

    training: bool = True
    _learned: tuple[str, ...] = ()  # the attributes to look at; none: all

    def named_parameters(self) -> list[tuple[str, Value]]:
        """All parameters with their names, in the order of attributes.

        A name becomes the parameter's ``label`` too, so that drawings and
        messages say ``layers.0.neurons.3.w[1]``.  A label that is not the
        end of the name is the user's own, and stays.

        >>> from micrograd.nn import Layer
        >>> [name for name, _ in Layer(1, 2).named_parameters()]
        ['neurons.0.w[0]', 'neurons.0.b', 'neurons.1.w[0]', 'neurons.1.b']
        """
        return _labelled(_walk("", self, set()))

    def parameters(self) -> list[Value]:
        """All parameters, each once, in the order of attributes.

        A class may have its own: what it returns then is what counts, also
        where a module of that class is part of another one.
        """
        found = _labelled(_inside("", self, {id(self)}))
        return [parameter for _, parameter in found]

    def zero_grad(self) -> None:
        """Set the gradient of every parameter to zero.

        Gradients add up, so this comes before the next ``backward``.
        """
        for parameter in self.parameters():
            parameter.grad = 0.0

    def state_dict(self) -> dict[str, float]:
        """The numbers in the parameters by name, ready to be saved.

        raises : StateError
            If two parameters have one name: an attribute called ``"w[0]"``
            beside a list ``w`` makes one.
        """
        return {name: float(p) for name, p in self._by_name().items()}

    def _by_name(self) -> dict[str, Value]:
        """The parameters by name, if no two share one."""
        found: dict[str, Value] = {}
        for name, parameter in self.named_parameters():
            if name in found:
                who = type(self).__name__
                asked = f"the state of {who} needs a name for each parameter"
                do = "rename an attribute, or a key of a dict"
                raise StateError(asked, f"two called {name!r}", do)
            found[name] = parameter
        return found

    def load_state_dict(
        self, state: dict[str, float], strict: bool = True
    ) -> None:
        """Put saved numbers into the parameters.

        state : dict of str to float
            What :meth:`state_dict` returned.
        strict : bool, optional
            Whether all names must match; if not, those that do are loaded.
        raises : StateError, NumberError
            If the names do not match or are not distinct, or what is saved
            under one of them is not a number.  Then no parameter has changed.
        """
        mine = self._by_name()
        asked = f"{type(self).__name__}.load_state_dict() expects"
        if not isinstance(state, dict):
            do = "pass what state_dict() returned"
            raise StateError(f"{asked} a dict", f"{state!r}", do)
        odd = [n for n in mine | state if (n in mine) != (n in state)]
        if strict and odd:
            asked = f"{asked} the names of its {len(mine)} parameters"
            which = "lack" if odd[0] in mine else "have"
            given = f"{len(state)} names that {which} {odd[0]!r}"
            do = "build the same network first, or pass strict=False"
            raise StateError(asked, given, do)
        numbers = {
            name: to_number(state[name], f"{asked} a number for {name!r}")
            for name in mine
            if name in state
        }
        for name, number in numbers.items():
            mine[name].data = number

    def train(self, mode: bool = True) -> Self:
        """Tell this module and those in it whether they are being trained."""
        for _, thing in _walk("", self, set()):
            if isinstance(thing, Module):
                thing.training = mode
        return self

    def eval(self) -> Self:
        """Tell this module and those in it that training is over."""
        return self.train(False)


# --- The walk ---


def _walk(name: str, thing: Any, seen: set[int]) -> Iterator[tuple[str, Any]]:
    """Parameters and modules in a thing, each once, with their names."""
    if id(thing) in seen:
        return
    seen.add(id(thing))
    if isinstance(thing, Value):
        if thing.requires_grad and not thing.inputs:
            yield name, thing
    elif isinstance(thing, Module):
        yield name, thing
        own = type(thing).parameters is not Module.parameters
        yield from (_listed if own else _inside)(name, thing, seen)
    else:
        yield from _inside(name, thing, seen)


def _inside(
    name: str, thing: Any, seen: set[int]
) -> Iterator[tuple[str, Any]]:
    """Parameters and modules in what a thing holds."""
    inside: Iterable[tuple[str, Any]] = ()
    if getattr(thing, "dtype", "") == "O":  # an array of Values
        thing = thing.tolist()
    if isinstance(thing, Module):
        dot = "." if name else ""
        state: Any = object.__getstate__(thing)  # with what is in slots
        held = vars(thing) | (state[1] if type(state) is tuple else {})
        keys = [k for k in thing._learned or held if k in held]  # noqa: SLF001
        inside = [(f"{name}{dot}{k}", held[k]) for k in keys]
    elif isinstance(thing, list | tuple):
        inside = [
            (f"{name}.{i}" if isinstance(v, Module) else f"{name}[{i}]", v)
            for i, v in enumerate(thing)
        ]
    elif isinstance(thing, dict):
        inside = [(f"{name}[{k!r}]", v) for k, v in thing.items()]
    for inner_name, inner in inside:
        yield from _walk(inner_name, inner, seen)


def _listed(
    name: str, module: Module, seen: set[int]
) -> Iterator[tuple[str, Any]]:
    """The same for a module that lists its parameters itself."""
    names = {}
    for inner_name, thing in _inside(name, module, {*seen}):
        if isinstance(thing, Value):
            names[id(thing)] = inner_name
        elif id(thing) not in seen:
            seen.add(id(thing))
            yield inner_name, thing
    for i, parameter in enumerate(module.parameters()):
        if id(parameter) not in seen:
            seen.add(id(parameter))
            otherwise = f"{name}.parameters[{i}]".strip(".")
            yield names.get(id(parameter), otherwise), parameter


def _labelled(found: Iterable[tuple[str, Any]]) -> list[tuple[str, Value]]:
    """The parameters among these, each with its name as label."""
    parameters = [p for p in found if isinstance(p[1], Value)]
    for name, parameter in parameters:
        if name.endswith(parameter.label):
            parameter.label = name
    return parameters
