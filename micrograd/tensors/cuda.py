"""Whether there is a GPU; asked by programs that run on either.

The GPU is that of CuPy if it is installed, otherwise that of PyTorch.

Leaves out: all that a program could tell a GPU.
"""

from types import SimpleNamespace
from typing import Any

from micrograd.tensors.conversions import device
from micrograd.tensors.libraries import gpu_library

__all__ = ["accelerator", "backends", "device_count", "is_available"]


def is_available() -> bool:
    """Tell whether arrays can be moved to a GPU.

    Returns
    -------
    bool
        Whether CuPy or PyTorch is installed and finds one.

    Examples
    --------
    >>> from micrograd.tensors import cuda
    >>> device = "cuda" if cuda.is_available() else "cpu"
    """
    return gpu_library() is not None


def device_count() -> int:
    """Count the GPUs.

    Returns
    -------
    int
        One if there is any: more are named by their numbers.

    Examples
    --------
    >>> from micrograd.tensors import cuda
    >>> cuda.device_count() == cuda.is_available()
    True
    """
    return int(is_available())


def _nothing(*_: Any, **settings: Any) -> None:
    """Do nothing: what programs say to a GPU in case there is one."""


manual_seed = manual_seed_all = synchronize = empty_cache = _nothing
set_float32_matmul_precision = _nothing

# What programs ask and set before they choose a device.
accelerator = SimpleNamespace(
    is_available=is_available,
    current_accelerator=lambda: device("cuda") if is_available() else None,
    device_count=device_count,
)
backends = SimpleNamespace(
    cuda=SimpleNamespace(matmul=SimpleNamespace()),
    cudnn=SimpleNamespace(),
    mps=SimpleNamespace(is_available=is_available, is_built=is_available),
)
