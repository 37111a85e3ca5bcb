"""Whether there is a GPU; asked by programs that run on either.

Leaves out: GPUs, so far.
"""

__all__ = ["is_available"]


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
