"""Arrays on the same rules: what the course needs after its first lecture.

The public names, in reading order.  Needs NumPy.
"""

from types import SimpleNamespace as _SimpleNamespace
from typing import Any as _Any

from micrograd.tensors.random import Generator as Generator
from micrograd.tensors.random import default_generator as default_generator
from micrograd.tensors.random import manual_seed as manual_seed
from micrograd.tensors.engine import Tensor as Tensor
from micrograd.tensors.conversions import Size as Size
from micrograd.tensors.conversions import device as device
from micrograd.tensors.printing import set_printoptions as set_printoptions
from micrograd.tensors.libraries import float32 as float32
from micrograd.tensors.libraries import float64 as float64
from micrograd.tensors.libraries import int64 as int64
from micrograd.tensors.libraries import int32 as int32
from micrograd.tensors.libraries import truth as bool
from micrograd.tensors.libraries import float32 as float
from micrograd.tensors.libraries import float64 as double
from micrograd.tensors.libraries import int64 as long
from micrograd.tensors.libraries import int32 as int
from micrograd.tensors.creation import BoolTensor as BoolTensor
from micrograd.tensors.creation import DoubleTensor as DoubleTensor
from micrograd.tensors.creation import FloatTensor as FloatTensor
from micrograd.tensors.creation import IntTensor as IntTensor
from micrograd.tensors.creation import LongTensor as LongTensor
from micrograd.tensors.creation import arange as arange
from micrograd.tensors.creation import as_tensor as as_tensor
from micrograd.tensors.creation import bernoulli as bernoulli
from micrograd.tensors.creation import empty as empty
from micrograd.tensors.creation import empty_like as empty_like
from micrograd.tensors.creation import eye as eye
from micrograd.tensors.creation import from_numpy as from_numpy
from micrograd.tensors.creation import full as full
from micrograd.tensors.creation import full_like as full_like
from micrograd.tensors.creation import is_tensor as is_tensor
from micrograd.tensors.creation import linspace as linspace
from micrograd.tensors.creation import logspace as logspace
from micrograd.tensors.creation import meshgrid as meshgrid
from micrograd.tensors.creation import multinomial as multinomial
from micrograd.tensors.creation import normal as normal
from micrograd.tensors.creation import ones as ones
from micrograd.tensors.creation import ones_like as ones_like
from micrograd.tensors.creation import rand as rand
from micrograd.tensors.creation import rand_like as rand_like
from micrograd.tensors.creation import randint as randint
from micrograd.tensors.creation import randn as randn
from micrograd.tensors.creation import randn_like as randn_like
from micrograd.tensors.creation import randperm as randperm
from micrograd.tensors.creation import tensor as tensor
from micrograd.tensors.creation import zeros as zeros
from micrograd.tensors.creation import zeros_like as zeros_like
from micrograd.tensors.functions import Extreme as Extreme
from micrograd.tensors.functions import all as all
from micrograd.tensors.functions import allclose as allclose
from micrograd.tensors.functions import amax as amax
from micrograd.tensors.functions import amin as amin
from micrograd.tensors.functions import any as any
from micrograd.tensors.functions import argmax as argmax
from micrograd.tensors.functions import argmin as argmin
from micrograd.tensors.functions import cat as cat
from micrograd.tensors.functions import chunk as chunk
from micrograd.tensors.functions import clamp as clamp
from micrograd.tensors.functions import cumsum as cumsum
from micrograd.tensors.functions import diag as diag
from micrograd.tensors.functions import einsum as einsum
from micrograd.tensors.functions import expand as expand
from micrograd.tensors.functions import flatten as flatten
from micrograd.tensors.functions import flip as flip
from micrograd.tensors.functions import histogram as histogram
from micrograd.tensors.functions import logsumexp as logsumexp
from micrograd.tensors.functions import masked_fill as masked_fill
from micrograd.tensors.functions import matmul as matmul
from micrograd.tensors.functions import max as max
from micrograd.tensors.functions import mean as mean
from micrograd.tensors.functions import min as min
from micrograd.tensors.functions import norm as norm
from micrograd.tensors.functions import outer as outer
from micrograd.tensors.functions import permute as permute
from micrograd.tensors.functions import prod as prod
from micrograd.tensors.functions import repeat_interleave as repeat_interleave
from micrograd.tensors.functions import reshape as reshape
from micrograd.tensors.functions import roll as roll
from micrograd.tensors.functions import split as split
from micrograd.tensors.functions import squeeze as squeeze
from micrograd.tensors.functions import stack as stack
from micrograd.tensors.functions import std as std
from micrograd.tensors.functions import sum as sum
from micrograd.tensors.functions import t as t
from micrograd.tensors.functions import transpose as transpose
from micrograd.tensors.functions import tril as tril
from micrograd.tensors.functions import triu as triu
from micrograd.tensors.functions import unbind as unbind
from micrograd.tensors.functions import unsqueeze as unsqueeze
from micrograd.tensors.functions import var as var
from micrograd.tensors.functions import where as where
from micrograd.tensors.short import argsort as argsort
from micrograd.tensors.short import bincount as bincount
from micrograd.tensors.short import gather as gather
from micrograd.tensors.short import index_select as index_select
from micrograd.tensors.short import isclose as isclose
from micrograd.tensors.short import median as median
from micrograd.tensors.short import nanmedian as nanmedian
from micrograd.tensors.short import sort as sort
from micrograd.tensors.short import topk as topk
from micrograd.tensors.short import unique as unique
from micrograd.recording import enable_grad as enable_grad
from micrograd.recording import no_grad as no_grad
from micrograd.recording import no_grad as inference_mode
from micrograd.errors import MicrogradError as MicrogradError
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
from micrograd.primitives import hypot as hypot
from micrograd.primitives import leaky_relu as leaky_relu
from micrograd.primitives import log as log
from micrograd.primitives import log1p as log1p
from micrograd.primitives import logaddexp as logaddexp
from micrograd.primitives import maximum as maximum
from micrograd.primitives import minimum as minimum
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
from micrograd.primitives import absolute as abs
from micrograd.primitives import power as pow
from micrograd.tensors import cuda as cuda
from micrograd.tensors.cuda import accelerator as accelerator
from micrograd.tensors.cuda import backends as backends
from micrograd.tensors.cuda import (
    set_float32_matmul_precision as set_float32_matmul_precision,
)
from micrograd.tensors import data as data
from micrograd.tensors import distributions as distributions
from micrograd.tensors import nn as nn
from micrograd.tensors import optim as optim
from micrograd.tensors.scalars import explode as explode
from micrograd.tensors import transforms as transforms
from micrograd.tensors.files import from_torch as from_torch
from micrograd.tensors.files import load as load
from micrograd.tensors.files import load_file as load_file
from micrograd.tensors.files import save as save
from micrograd.tensors.files import save_file as save_file
from micrograd.tensors.files import to_torch as to_torch
from micrograd.tensors.nn.functional import softmax as softmax
from micrograd.tensors.nn.functional import log_softmax as log_softmax
from micrograd.tensors.imports import install_as as install_as
from micrograd.tensors.names import autograd as autograd
from micrograd.tensors.names import is_grad_enabled as is_grad_enabled
from micrograd.tensors.names import set_grad_enabled as set_grad_enabled
from micrograd.tensors import linalg as linalg
from micrograd.tensors.linalg import det as det
from micrograd.tensors.linalg import inv as inverse
from micrograd.tensors.linalg import logdet as logdet
from micrograd.tensors.linalg import pinv as pinverse
from micrograd.tensors.linalg import slogdet as slogdet
from math import e as e
from math import inf as inf
from math import nan as nan
from math import pi as pi
from numpy import finfo as finfo
from numpy import iinfo as iinfo
from micrograd.tensors import names as _names
from micrograd.tensors import short as _short

utils = _SimpleNamespace(data=data)  # as in PyTorch
vars().update(_short.NAMED)  # add, eq, isnan and their like
vars().update(_names.MORE)  # mm, hstack, trace and theirs
for _name, _same in _names.OTHERWISE.items():
    vars()[_name] = vars()[_same]


def __getattr__(name: str) -> _Any:
    """Say of a name of PyTorch's that it is not here."""
    where = "https://micrograd.readthedocs.io/en/latest/reference/tensors.html"
    raise AttributeError(
        f"micrograd.tensors has no {name!r}; what it has of PyTorch is at "
        f"{where}"
    )
