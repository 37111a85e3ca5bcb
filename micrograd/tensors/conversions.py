"""What a tensor is to Python and NumPy: a number, a sequence, an array.

And the methods that need no table: other types, filling, drawing.

Notation: as in :mod:`micrograd.tensors.engine`.

Leaves out: whatever is differentiated.

Sources: PyTorch for the names; Python's data model; the array protocols of
NumPy.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, Self, TypeAlias

import numpy as np

from micrograd.errors import GraphError, NumberError, ShapeError
from micrograd.namespaces import to_choice
from micrograd.tensors.libraries import (
    PUT,
    device_of,
    kind,
    numpy_type,
    put,
    to_numpy,
)
from micrograd.tensors.linear import convert, move, scale
from micrograd.tensors.random import default_generator

__all__ = ["Conversions", "Size", "device"]

Int: TypeAlias = int  # Tensor.int hides the name
Truth: TypeAlias = bool


OLD_NAMES = {"float32": "Float", "float64": "Double", "int64": "Long",
    "int32": "Int", "bool": "Bool"}  # fmt: skip


DEVICES = ("cpu", "cuda", "mps", "xpu", "numpy", *PUT)


class device(str):
    """Where numbers are: a word such as ``"cpu"``, and a number.

    Raises
    ------
    OptionError
        If there is no such kind of device.

    Examples
    --------
    >>> from micrograd.tensors import device
    >>> device("cpu"), device("cpu") == "cpu", device("cuda:0").type
    (device(type='cpu'), True, 'cuda')
    """

    __slots__ = ()

    def __new__(cls, type: str, index: int | None = None) -> Self:
        """Check the kind, and put the number behind it."""
        place = type if index is None else f"{type}:{index}"
        to_choice(place.partition(":")[0], "device() takes", DEVICES)
        return super().__new__(cls, place)

    @property
    def type(self) -> str:
        """What kind of device it is, without its number."""
        name, _, last = str(self).rpartition(":")
        return name if last.isdecimal() else str(self)

    @property
    def index(self) -> Any:
        """Its number, if it has one."""
        last = str(self).rpartition(":")[2]
        return int(last) if last.isdecimal() else None

    def __repr__(self) -> str:
        number = "" if self.index is None else f", index={self.index}"
        return f"device(type={self.type!r}{number})"


class Size(tuple[int, ...]):
    """A shape that prints as PyTorch's; equal to a tuple of the lengths.

    Examples
    --------
    >>> from micrograd.tensors import Size, zeros
    >>> zeros(2, 3).shape == Size([2, 3]), Size([2, 3]), Size([2, 3]).numel()
    (True, torch.Size([2, 3]), 6)
    """

    __slots__ = ()

    def numel(self) -> int:
        """Count the numbers of a tensor of that shape."""
        return math.prod(self)

    def __repr__(self) -> str:
        return f"torch.Size({list(self)})"


class Storage(list[Any]):
    """The numbers of a tensor in one row, as they lie in memory.

    Examples
    --------
    >>> from micrograd.tensors import tensor
    >>> tensor([[1, 2]]).storage()
     1
     2
    [torch.storage.TypedStorage(dtype=torch.int64, device=cpu) of size 2]
    """

    dtype = ""

    def __repr__(self) -> str:
        lines = [f" {x}" for x in self]
        kind = f"dtype=torch.{self.dtype}, device=cpu"
        last = f"[torch.storage.TypedStorage({kind}) of size {len(self)}]"
        return "\n".join([*lines, last])


class Conversions:
    """The methods of a tensor that take its numbers out, or put others in.

    Examples
    --------
    >>> from micrograd.tensors import tensor
    >>> x = tensor([1.0, 2.0])
    >>> [len(x), float(x[1]), x.tolist(), x.long()]
    [2, 2.0, [1.0, 2.0], tensor([1, 2])]
    """

    __slots__ = ()
    array: Any

    @property
    def shape(self) -> tuple[Int, ...]:
        """The length of each axis."""
        shape: tuple[Int, ...] = self.array.shape
        return shape if type(shape) is tuple else tuple(shape)

    @property
    def ndim(self) -> Int:
        """The number of axes."""
        return len(self.array.shape)

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type of the numbers, in NumPy's words."""
        return numpy_type(self.array)

    @property
    def device(self) -> device:
        """Where the numbers are."""
        return device(device_of(self.array))

    @property
    def is_cuda(self) -> Truth:
        """Whether the numbers are on a GPU."""
        return self.device.type == "cuda"

    is_xpu = False  # which no library here knows

    # --- As Python's and NumPy's own ---

    def item(self) -> Any:
        """Give the one number that it holds.

        Raises
        ------
        ShapeError
            If it holds more or none.
        """
        if self.numel() != 1:
            asked = "a tensor of one number can become a number"
            do = "pick one, t[0], or reduce it, t.sum()"
            raise ShapeError(asked, f"the shape {self.shape}", do)
        return to_numpy(self.array).item()

    def tolist(self) -> Any:
        """Give the numbers as nested lists, or as one number."""
        return to_numpy(self.array).tolist()

    def numpy(self) -> Any:
        """Give the array, which shares its memory.

        Raises
        ------
        GraphError
            If gradients flow here: what NumPy does is not recorded.
        """
        if getattr(self, "requires_grad", False):
            asked = "numpy() takes a constant"
            given = "a tensor that requires a gradient"
            raise GraphError(asked, given, "use .detach().numpy()")
        return to_numpy(self.array)

    def __array__(self, dtype: Any = None, copy: Truth | None = None) -> Any:
        return np.array(to_numpy(self.array), dtype=dtype, copy=copy)

    def __dlpack__(self, **options: Any) -> Any:
        return self.array.__dlpack__(**options)

    def __dlpack_device__(self) -> Any:
        return self.array.__dlpack_device__()

    def __len__(self) -> Int:
        if self.shape:
            return self.shape[0]
        # A TypeError: by it NumPy and others see that this is one number.
        asked = "len() and iteration take a tensor with an axis"
        raise NumberError(asked, "a single number", "use .item()")

    def __iter__(self) -> Iterator[Any]:
        rows: Any = self
        return iter([rows[i] for i in range(len(self))])

    def __float__(self) -> float:
        return float(self.item())

    def __int__(self) -> Int:
        return int(self.item())

    def __bool__(self) -> Truth:
        return bool(self.item())

    def __index__(self) -> Int:
        if kind(self.dtype) == 2:
            asked = "an index takes whole numbers"
            raise NumberError(asked, str(self.dtype), "call .long() first")
        return int(self.item())

    def __format__(self, spec: str) -> str:
        if self.shape == () and spec:
            return format(self.item(), spec)
        return format(repr(self) if self.shape else str(self.item()), spec)

    # --- In other types, and copies ---

    def type(self, dtype: Any = None) -> Any:
        """Convert the numbers to another type; alike, it is this tensor.

        Without one, it is the old name of the type that is given.
        """
        if dtype is None:
            return f"torch.{OLD_NAMES[self.dtype.name]}Tensor"
        dtype = np.dtype(dtype)
        if self.dtype == dtype:
            return self
        return convert(self, to=dtype, back=self.dtype)

    def float(self) -> Any:
        """Convert to float32."""
        return self.type("float32")

    def double(self) -> Any:
        """Convert to float64."""
        return self.type("float64")

    def long(self) -> Any:
        """Convert to int64."""
        return self.type("int64")

    def int(self) -> Any:
        """Convert to int32."""
        return self.type("int32")

    def bool(self) -> Any:
        """Tell for each number whether it is not 0."""
        return self.type("bool")

    def to(self, *where: Any, **more: Any) -> Any:
        """Convert to a type; move to a device, or to another library."""
        x = self
        for one in (*where, *more.values()):
            if isinstance(one, Conversions):
                x = _moved(x, one.device).type(one.dtype)
            elif isinstance(one, str):
                x = _moved(x, one)
            elif one is not None and not isinstance(one, Truth):
                x = x.type(one)
        return x

    def clone(self) -> Any:
        """Copy the numbers; gradients flow through."""
        x: Any = self
        return x != 0 if kind(x.dtype) == 0 else scale(x, by=1)

    def numel(self) -> Int:
        """Count the numbers."""
        return math.prod(self.shape)

    nelement = numel

    def dim(self) -> Int:
        """Count the axes."""
        return self.ndim

    ndimension = dim

    def size(self, dim: Int | None = None) -> Any:
        """Give the shape, or the length of one axis."""
        return self.shape if dim is None else self.shape[dim]

    def view_as(self, other: Any) -> Any:
        """Arrange the numbers in the shape of another tensor."""
        x: Any = self
        return x.view(other.shape)

    def expand_as(self, other: Any) -> Any:
        """Copy along axes up to the shape of another tensor."""
        x: Any = self
        return x.expand(other.shape)

    def reshape_as(self, other: Any) -> Any:
        """Arrange the numbers in the shape of another, in order."""
        x: Any = self
        return x.reshape(other.shape)

    def type_as(self, other: Any) -> Any:
        """Convert the numbers to the type of another tensor's."""
        x: Any = self
        return x.to(other.dtype)

    def cpu(self) -> Any:
        """Move the numbers to NumPy; gradients flow back."""
        x: Any = self
        return x.to("cpu")

    def cuda(self) -> Any:
        """Move the numbers to a GPU; gradients flow back."""
        x: Any = self
        return x.to("cuda")

    def contiguous(self) -> Any:
        """Give the numbers as they lie in memory in their own order."""
        x: Any = self
        if getattr(x, "_view", None) is None or self.is_contiguous():
            return self
        return x.reshape(-1).reshape(self.shape)

    def pin_memory(self) -> Self:
        """Give this tensor: nothing is faster here."""
        return self

    def is_contiguous(self) -> Truth:
        """Tell whether the numbers lie in memory in their own order."""
        return bool(self.array.flags["C_CONTIGUOUS"])

    def stride(self) -> tuple[Int, ...]:
        """Tell how many numbers lie from one to the next along each axis."""
        return tuple(n // self.array.itemsize for n in self.array.strides)

    def storage(self) -> Storage:
        """Give the numbers in the order in which they lie in memory."""
        base = self.array if self.array.base is None else self.array.base
        found = Storage(np.asarray(base).ravel(order="K").tolist())
        found.dtype = str(self.dtype)
        return found

    def element_size(self) -> Int:
        """Count the bytes of one number."""
        return int(self.array.itemsize)

    def data_ptr(self) -> Int:
        """Give the address of the first number."""
        return int(self.array.ctypes.data)

    def is_floating_point(self) -> Truth:
        """Tell whether the numbers are floats."""
        return kind(self.dtype) == 2

    def requires_grad_(self, requires_grad: Truth = True) -> Self:
        """Say whether gradients collect here."""
        place: Any = self
        place.requires_grad = requires_grad
        return self

    # --- Other numbers in the same place ---

    def copy_(self, other: Any) -> Self:
        """Take over the numbers of another tensor."""
        place: Any = self
        place[...] = other
        return self

    def fill_(self, value: Any) -> Self:
        """Put one number everywhere."""
        return self.copy_(value)

    def zero_(self) -> Self:
        """Put 0 everywhere."""
        return self.copy_(0)

    def normal_(
        self, mean: Any = 0.0, std: Any = 1.0, generator: Any = None
    ) -> Self:
        """Draw normal numbers."""
        draw = (generator or default_generator).normal
        return self.copy_(draw(self.shape, mean, std, self.dtype))

    def uniform_(
        self, low: Any = 0.0, high: Any = 1.0, generator: Any = None
    ) -> Self:
        """Draw numbers from `low` to `high`."""
        draw = (generator or default_generator).uniform
        return self.copy_(draw(self.shape, low, high, self.dtype))

    def bernoulli_(self, p: Any = 0.5, generator: Any = None) -> Self:
        """Draw 1 with probability `p`, otherwise 0."""
        draw = (generator or default_generator).bernoulli
        return self.copy_(draw(p, self.shape).astype(self.dtype))

    def exponential_(self, rate: Any = 1.0, generator: Any = None) -> Self:
        """Draw waiting times."""
        draw = (generator or default_generator).exponential
        return self.copy_(draw(self.shape, rate, self.dtype))


def _moved(x: Any, device: str) -> Any:
    """The tensor itself if it is there."""
    here = put(x.array, device) is x.array
    return x if here else move(x, to=str(device), back=str(x.device))
