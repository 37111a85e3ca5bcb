"""Whether there is a GPU; asked by programs that run on either.

The GPU is that of CuPy if it is installed, otherwise that of PyTorch.

Leaves out: all that a program could tell a GPU.
"""

from types import SimpleNamespace
from typing import Any

from micrograd.tensors.conversions import device
from micrograd.tensors.libraries import gpu_library

__all__ = [
    "GradScaler",
    "accelerator",
    "autocast",
    "backends",
    "device_count",
    "is_available",
]


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

class autocast:
    """Compute in the types that tensors have, whatever is asked for.

    PyTorch computes in half precision inside; here a block changes nothing.

    Parameters
    ----------
    *settings, **named : object
        As in PyTorch.

    Examples
    --------
    >>> from micrograd.tensors import ones
    >>> from micrograd.tensors.cuda import autocast
    >>> with autocast("cpu"):
    ...     print(ones(1) + 1)
    tensor([2.])
    """

    def __init__(self, *settings: Any, **named: Any) -> None:
        pass

    def __enter__(self) -> None:
        pass

    def __exit__(self, *raised: object) -> None:
        pass

    def __call__(self, function: Any) -> Any:
        """Decorate a function, which stays as it is."""
        return function


class GradScaler:
    """A scale of losses, which full precision does not need: it is 1.

    Parameters
    ----------
    *settings, **named : object
        As in PyTorch.

    Examples
    --------
    >>> from micrograd.tensors import tensor
    >>> from micrograd.tensors.cuda import GradScaler
    >>> GradScaler().scale(tensor(2.0))
    tensor(2.)
    """

    def __init__(self, *settings: Any, **named: Any) -> None:
        pass

    def scale(self, outputs: Any) -> Any:
        """Give what is given."""
        return outputs

    def unscale_(self, optimizer: Any) -> None:
        """Do nothing."""

    def step(self, optimizer: Any, *args: Any, **named: Any) -> Any:
        """Take a step of an optimiser."""
        return optimizer.step(*args, **named)

    def update(self, new_scale: Any = None) -> None:
        """Do nothing."""

    def get_scale(self) -> float:
        """Give 1."""
        return 1.0

    def is_enabled(self) -> bool:
        """Tell that losses are not scaled."""
        return False

    def state_dict(self) -> dict[str, Any]:
        """Give nothing, as PyTorch's does where it is not enabled."""
        return {}

    def load_state_dict(self, saved: dict[str, Any]) -> None:
        """Do nothing."""


amp = SimpleNamespace(GradScaler=GradScaler, autocast=autocast)

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
