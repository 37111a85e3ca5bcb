"""micrograd: a scalar reverse-mode autograd engine and a small nn library.

The public names, in reading order.  Nothing else happens on import: what
not every program needs is imported when it is first asked for, so that
``micrograd.grad`` and ``micrograd.nn`` are there all the same.
"""

import micrograd.about as _about
from micrograd.about import __version__ as __version__
from micrograd.recording import enable_grad as enable_grad
from micrograd.recording import no_grad as no_grad
from micrograd.engine import Value as Value
from micrograd.engine import topological_order as topological_order
from micrograd.primitives import absolute as absolute
from micrograd.primitives import acos as acos
from micrograd.primitives import acosh as acosh
from micrograd.primitives import asin as asin
from micrograd.primitives import asinh as asinh
from micrograd.primitives import atan as atan
from micrograd.primitives import atan2 as atan2
from micrograd.primitives import atanh as atanh
from micrograd.primitives import cos as cos
from micrograd.primitives import cosh as cosh
from micrograd.primitives import elu as elu
from micrograd.primitives import erf as erf
from micrograd.primitives import exp as exp
from micrograd.primitives import expm1 as expm1
from micrograd.primitives import gelu as gelu
from micrograd.primitives import hypot as hypot
from micrograd.primitives import leaky_relu as leaky_relu
from micrograd.primitives import log as log
from micrograd.primitives import log1p as log1p
from micrograd.primitives import logaddexp as logaddexp
from micrograd.primitives import maximum as maximum
from micrograd.primitives import minimum as minimum
from micrograd.primitives import power as power
from micrograd.primitives import relu as relu
from micrograd.primitives import sigmoid as sigmoid
from micrograd.primitives import sign as sign
from micrograd.primitives import silu as silu
from micrograd.primitives import sin as sin
from micrograd.primitives import sinh as sinh
from micrograd.primitives import softplus as softplus
from micrograd.primitives import sqrt as sqrt
from micrograd.primitives import tan as tan
from micrograd.primitives import tanh as tanh
from micrograd.primitives import where as where
from micrograd.rules import elementwise as elementwise

# What is imported later: to a type checker, and at run time.
if _about.TYPE_CHECKING:
    import typing as _typing

    from micrograd import datasets as datasets
    from micrograd import differences as differences
    from micrograd import dual as dual
    from micrograd import functions as functions
    from micrograd import interop as interop
    from micrograd import module as module
    from micrograd import nn as nn
    from micrograd import optim as optim
    from micrograd import reverse as reverse
    from micrograd import source as source
    from micrograd import trees as trees
    from micrograd.transforms import derivative as derivative
    from micrograd.transforms import grad as grad
    from micrograd.transforms import hessian as hessian
    from micrograd.transforms import hvp as hvp
    from micrograd.transforms import jacobian as jacobian
    from micrograd.transforms import jvp as jvp
    from micrograd.transforms import value_and_grad as value_and_grad
    from micrograd.transforms import vjp as vjp
    from micrograd.check import compare as compare
    from micrograd.check import gradcheck as gradcheck
    from micrograd.nonfinite import find_nonfinite as find_nonfinite
    from micrograd.draw import draw_dot as draw_dot
    from micrograd.draw import draw_text as draw_text
    from micrograd.compiler import compile as compile

_MODULES = (
    "datasets differences dual functions interop module nn optim reverse "
    "source trees"
)
_NAMES = {
    "transforms": "derivative grad hessian hvp jacobian jvp "
    "value_and_grad vjp",
    "check": "compare gradcheck",
    "nonfinite": "find_nonfinite",
    "draw": "draw_dot draw_text",
    "compiler": "compile",
}


def __getattr__(name: str) -> "_typing.Any":
    """Import a module, or a name out of one, when it is first asked for."""
    from importlib import import_module

    if name == "__all__":  # for `from micrograd import *`
        return [each for each in __dir__() if each[0] != "_"]
    if name in [*_MODULES.split(), *_NAMES]:
        return import_module(f"micrograd.{name}")
    for module, names in _NAMES.items():
        if name in names.split():
            found = getattr(import_module(f"micrograd.{module}"), name)
            globals()[name] = found
            return found
    raise AttributeError(f"module 'micrograd' has no attribute {name!r}")


def __dir__() -> list[str]:
    """List the names of both kinds."""
    later = " ".join([_MODULES, *_NAMES, *_NAMES.values()])
    return sorted({*globals(), *later.split()})
