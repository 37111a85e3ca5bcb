"""Imports of PyTorch, answered by this package.

A program says ``from torch.utils.data import DataLoader``.  Python looks
into ``sys.modules`` first, so every module that a program may name is put
there; a finder refuses those that are not here, which Python would seek
among the files of this package, and load a second time.

A name that is not here is answered too, with what to do.

Notation: a *module* is named by its path behind ``torch``.

Leaves out: torchvision, and other packages that need PyTorch.

Sources: PyTorch for the names.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import partial, reduce
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

from micrograd.about import DOCS
from micrograd.documentation import documented
from micrograd.errors import MissingPackageError, StateError

__all__ = ["absent", "complete", "install_as"]

# Where things are here, and which modules of PyTorch have them.
MODULES = {
    "amp": "amp amp.autocast_mode amp.grad_scaler",
    "autograd": "autograd autograd.function autograd.variable",
    "backends": "backends",
    "backends.cuda": "backends.cuda",
    "backends.cudnn": "backends.cudnn",
    "backends.mps": "backends.mps",
    "accelerator": "accelerator",
    "cuda": "cuda",
    "cuda.amp": "cuda.amp",
    "data": "utils.data utils.data.dataloader utils.data.dataset "
            "utils.data.sampler",
    "distributions": "distributions distributions.bernoulli "
                     "distributions.categorical distributions.distribution "
                     "distributions.independent distributions.kl "
                     "distributions.mixture_same_family "
                     "distributions.multivariate_normal distributions.normal",
    "linalg": "linalg",
    "nn": "nn",
    "nn.functional": "nn.functional",
    "nn.init": "nn.init",
    "nn.modules": "nn.modules nn.modules.activation nn.modules.batchnorm "
                  "nn.modules.container nn.modules.conv nn.modules.distance "
                  "nn.modules.dropout nn.modules.flatten nn.modules.fold "
                  "nn.modules.instancenorm nn.modules.linear "
                  "nn.modules.loss nn.modules.module "
                  "nn.modules.normalization nn.modules.padding "
                  "nn.modules.pixelshuffle nn.modules.pooling "
                  "nn.modules.rnn nn.modules.sparse nn.modules.upsampling "
                  "nn.parameter",
    "nn.transformer": "nn.modules.transformer",
    "nn.utils": "nn.utils nn.utils.clip_grad nn.utils.convert_parameters "
                "nn.utils.spectral_norm nn.utils.weight_norm",
    "nn.utils.rnn": "nn.utils.rnn",
    "optim": "optim optim.adadelta optim.adagrad optim.adam optim.adamax "
             "optim.adamw optim.lbfgs optim.nadam optim.radam "
             "optim.rmsprop optim.rprop optim.sgd",
    "optim.lr_scheduler": "optim.lr_scheduler",
    "optim.optimizer": "optim.optimizer",
    "random": "random",
    "utils": "utils",
}  # fmt: skip


class _Missing:
    """A finder that refuses what is not in `MODULES`."""

    def __init__(self, name: str) -> None:
        self.name = name

    def find_spec(
        self, asked: str, path: Sequence[str] | None, target: Any = None
    ) -> ModuleSpec | None:
        """Leave other packages alone."""
        if not asked.startswith(f"{self.name}."):
            return None
        raise MissingPackageError(
            f"install_as({self.name!r}) answers for modules that are here",
            asked,
            f"do without it; {DOCS}reference/tensors.html lists what is here",
        )


def _as_module(found: Any, name: str) -> ModuleType:
    """A module, or the names of a namespace as one."""
    if isinstance(found, ModuleType):
        return found
    made = ModuleType(name)
    made.__dict__.update(vars(found))
    return made


@documented
def absent(where: str, name: str) -> Any:
    """Say of a name of PyTorch's that it is not here.

    where : str
        In which module.
    name : str
        The name.
    returns : nothing
        It raises an ``AttributeError``.

    >>> from micrograd.tensors import linalg
    >>> linalg.eigvals
    Traceback (most recent call last):
    AttributeError: micrograd.tensors.linalg has only some of PyTorch's \
names but got 'eigvals'; compose it of those that are here, \
https://micrograd.readthedocs.io/en/latest/reference/tensors.html
    """
    asked = f"{where} has only some of PyTorch's names"
    do = f"compose it of those that are here, {DOCS}reference/tensors.html"
    message = f"{asked} but got {name!r}; {do}"
    raise AttributeError(message, name=name, obj=sys.modules.get(where))


def complete() -> None:
    """Make modules of all that `MODULES` names, with an answer of theirs.

    Examples
    --------
    >>> from micrograd.tensors import autograd
    >>> autograd
    <module 'micrograd.tensors.autograd'>
    """
    tensors = sys.modules["micrograd.tensors"]
    for here in ["", *sorted(MODULES)]:  # parents come first
        *parents, last = here.split(".")
        name = f"{tensors.__name__}.{here}".rstrip(".")
        holder = reduce(getattr, parents, tensors)
        found = _as_module(getattr(holder, last) if here else tensors, name)
        vars(found)["__getattr__"] = partial(absent, name)
        # A package, of which Python asks the finders for what it has not.
        vars(found).setdefault("__path__", [])
        sys.modules.setdefault(name, found)
        if here:
            setattr(holder, last, found)


@documented
def install_as(name: str = "torch") -> None:
    """Let every import of PyTorch find this package.

    Afterwards ``import torch``, ``from torch.utils.data import DataLoader``
    and their like give what is here, in this process, and a module that
    is not here is refused with an error.

    name : str, optional
        The name of PyTorch in the program.

    raises : StateError
        If PyTorch is imported already.

    >>> from micrograd.tensors import install_as
    >>> install_as("torchlike")
    >>> from torchlike.utils.data import DataLoader
    >>> DataLoader.__module__
    'micrograd.tensors.data'
    """
    tensors = sys.modules["micrograd.tensors"]
    if sys.modules.get(name, tensors) is not tensors:
        asked = f"install_as({name!r}) has to come before the first import"
        do = "start Python anew, and call it above the other imports"
        raise StateError(asked, f"a {name} that is imported already", do)
    sys.modules[name] = tensors
    for here, names in MODULES.items():
        found = reduce(getattr, here.split("."), tensors)
        for path in names.split():
            sys.modules[f"{name}.{path}"] = found
            *parents, last = path.split(".")
            parent = reduce(getattr, parents, tensors)
            if not hasattr(parent, last):
                setattr(parent, last, found)  # for `torch.nn.parameter.X`
    if not any(
        isinstance(one, _Missing) and one.name == name for one in sys.meta_path
    ):
        sys.meta_path.insert(0, _Missing(name))
