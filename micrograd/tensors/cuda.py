"""Whether there is a GPU; asked by programs that run on either.

Leaves out: GPUs, so far.
"""

from types import SimpleNamespace
from typing import Any

__all__ = ["backends", "device_count", "is_available"]


def is_available() -> bool:
    """Tell whether arrays can be moved to a GPU.

    Returns
    -------
    bool
        No: :func:`micrograd.tensors.tensor` makes arrays of NumPy.

    Examples
    --------
    >>> from micrograd.tensors import cuda
    >>> cuda.is_available()
    False
    """
    return False


def device_count() -> int:
    """Count the GPUs.

    Returns
    -------
    int
        None are used.

    Examples
    --------
    >>> from micrograd.tensors import cuda
    >>> cuda.device_count()
    0
    """
    return 0


def _nothing(*_: Any, **settings: Any) -> None:
    """Do nothing: what programs say to a GPU in case there is one."""


manual_seed = manual_seed_all = synchronize = empty_cache = _nothing
set_float32_matmul_precision = _nothing

# What programs ask and set before they choose a device.
backends = SimpleNamespace(
    cuda=SimpleNamespace(matmul=SimpleNamespace()),
    cudnn=SimpleNamespace(),
    mps=SimpleNamespace(is_available=is_available, is_built=is_available),
)
