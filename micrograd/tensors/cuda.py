"""Whether there is a GPU; asked by programs that run on either.

The GPU is that of CuPy if it is installed, otherwise that of PyTorch.

Leaves out: all that a program could tell a GPU.
"""

from micrograd.tensors.libraries import gpu_library

__all__ = ["is_available"]


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
