"""Tensors and networks on their way to files, to PyTorch, and back.

``save`` and ``load`` write and read PyTorch's own files, without PyTorch:
a zip archive with one member for the numbers of each tensor, and one, in
the language of :mod:`pickle`, that says what they are the numbers of.  A
pickle can name any function to be called while it is read.  Here it can
name the ten or so that make tensors, and everything else is refused.

Notation: a *storage* is the numbers of a tensor in one row, or of several
tensors that are views of one.

Leaves out: objects other than tensors, numbers, texts and containers of
them; bfloat16 is read as float32.

Sources: ``torch.serialization`` and ``torch._utils`` for the layout; the
safetensors format.
"""

from __future__ import annotations

import ast
import pickle
import zipfile
from collections import OrderedDict
from collections.abc import Callable
from io import BytesIO
from types import FunctionType
from typing import Any

import numpy as np

from micrograd.about import INSTALL
from micrograd.errors import OptionError, StateError, optional
from micrograd.tensors import nn
from micrograd.tensors.engine import Tensor, make
from micrograd.trees import Tree, leaves, rebuild

__all__ = ["from_torch", "load", "load_file", "save", "save_file", "to_torch"]

STORAGES = {
    "float64": "Double", "float32": "Float", "float16": "Half",
    "int64": "Long", "int32": "Int", "int16": "Short", "int8": "Char",
    "uint8": "Byte", "bool": "Bool",
}  # fmt: skip

# --- Writing ---


class Name:
    """What a file names and this program does not have: a function."""

    def __init__(self, module: str, name: str) -> None:
        self.module, self.name = module, name

    def __call__(self, *_: Any) -> None:
        raise NotImplementedError


class Storage:
    """The numbers of one tensor, on their way to a member of the archive."""

    def __init__(self, array: Any) -> None:
        self.array = np.asarray(array, order="C")


# The pickler in Python: the one in C wants what it names to be there.
Pickler: Any = pickle._Pickler  # noqa: SLF001


class Writer(Pickler):  # type: ignore[misc]
    """Writes what tensors are as PyTorch does; keeps their numbers."""

    dispatch = {
        kind: write
        for kind, write in Pickler.dispatch.items()
        if kind not in (type, FunctionType)
    }

    def __init__(self, file: Any) -> None:
        super().__init__(file, protocol=2)
        self.storages: list[Storage] = []

    def save_name(self, name: Name) -> None:
        """Write a name, which need not exist here."""
        self.write(b"c" + f"{name.module}\n{name.name}\n".encode())
        self.memoize(name)

    dispatch[Name] = save_name

    def reducer_override(self, x: Any) -> Any:
        """Say how a tensor is made again."""
        if type(x) in self.dispatch:
            return NotImplemented
        if isinstance(x, OrderedDict):
            return ORDERED, (), None, None, iter(x.items())
        if not isinstance(x, Tensor):
            asked = "save() writes tensors, numbers, texts, lists and dicts"
            do = "save what state_dict() gives, or numbers as .tolist()"
            raise StateError(asked, f"{type(x).__name__}", do)
        storage = Storage(x.array)
        sizes = storage.array.strides
        stride = tuple(n // storage.array.itemsize for n in sizes)
        more = (x.requires_grad and x.is_leaf, OrderedDict[str, Any]())
        return REBUILD, (storage, 0, x.shape, stride, *more)

    def persistent_id(self, x: Any) -> Any:
        """Give the member of the archive that holds these numbers."""
        if not isinstance(x, Storage):
            return None
        self.storages.append(x)
        kind = Name("torch", f"{STORAGES[x.array.dtype.name]}Storage")
        place = str(len(self.storages) - 1)
        return "storage", kind, place, "cpu", x.array.size


REBUILD = Name("torch._utils", "_rebuild_tensor_v2")
ORDERED = Name("collections", "OrderedDict")


def save(obj: Tree, f: Any) -> None:
    """Write tensors, in lists and dicts, as a file of PyTorch's.

    Parameters
    ----------
    obj : tree
        What to write: tensors, numbers, texts, lists, dicts; a state.
    f : path or file
        Where to.

    Raises
    ------
    StateError
        If there is something else in it.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from micrograd.tensors import load, save, tensor
    >>> with TemporaryDirectory() as folder:
    ...     save({"step": 3, "w": tensor([1.0, 2.0])}, f"{folder}/model.pt")
    ...     load(f"{folder}/model.pt")
    {'step': 3, 'w': tensor([1., 2.])}
    """
    text = BytesIO()
    writer = Writer(text)
    writer.dump(obj)
    with zipfile.ZipFile(f, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("archive/data.pkl", text.getvalue())
        archive.writestr("archive/byteorder", "little")
        for i, storage in enumerate(writer.storages):
            order = storage.array.dtype.newbyteorder("<")
            numbers = storage.array.astype(order).tobytes()
            archive.writestr(f"archive/data/{i}", numbers)
        archive.writestr("archive/version", "3\n")


# --- Reading ---


def _rebuilt(
    storage: Any, offset: int, size: Any, stride: Any, grad: Any, *_: Any
) -> Tensor:
    """A tensor that looks at a part of a storage."""
    numbers = storage[offset:]
    steps = [n * storage.itemsize for n in stride]
    reach = sum((n - 1) * k for n, k in zip(size, stride, strict=True)) + 1
    if 0 not in size and (reach > len(numbers) or min(stride, default=0) < 0):
        asked = "load() reads tensors inside their numbers"
        raise StateError(asked, "one that reaches over", "write it anew")
    array = np.lib.stride_tricks.as_strided(numbers, tuple(size), steps)
    return Tensor(array.copy(), requires_grad=bool(grad))


NAMES: dict[tuple[str, str], Any] = {
    ("torch._utils", "_rebuild_tensor_v2"): _rebuilt,
    ("torch._utils", "_rebuild_parameter"): lambda x, grad, _: Tensor(
        x.array, requires_grad=grad
    ),
    ("collections", "OrderedDict"): OrderedDict,
    ("torch", "Size"): tuple,
    ("torch", "device"): str,
    ("torch", "BFloat16Storage"): "bfloat16",
    **{("torch", f"{name}Storage"): key for key, name in STORAGES.items()},
}


class Reader(pickle.Unpickler):
    """Reads what a file says tensors are; calls nothing else."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        (text,) = (n for n in archive.namelist() if n.endswith("/data.pkl"))
        super().__init__(archive.open(text))
        self.archive, self.root = archive, text.removesuffix("data.pkl")
        self.known: dict[str, Any] = {}

    def find_class(self, module: str, name: str) -> Any:
        """Find one of the functions that make tensors."""
        if (module, name) in NAMES:
            return NAMES[module, name]
        asked = "load() reads tensors, numbers, texts, lists and dicts"
        do = "save the state_dict() of a model, not the model"
        raise StateError(asked, f"{module}.{name}", do)

    def persistent_load(self, pid: Any) -> Any:
        """Read the numbers of a storage."""
        _, kind, key, *_ = pid
        if key not in self.known:
            data = self.archive.read(f"{self.root}data/{key}")
            if kind == "bfloat16":  # the upper half of a float32
                bits = np.frombuffer(data, "<u2").astype(np.uint32) << 16
                self.known[key] = bits.view(np.float32)
            else:
                order = np.dtype(kind).newbyteorder("<")
                numbers = np.frombuffer(data, order).astype(kind)
                self.known[key] = numbers
        return self.known[key]


def load(f: Any, map_location: Any = None, weights_only: bool = True) -> Tree:
    """Read what :func:`save` wrote, or ``torch.save``.

    Parameters
    ----------
    f : path or file
        Where from.
    map_location : object, optional
        As in PyTorch; numbers come to the CPU.
    weights_only : bool, optional
        As in PyTorch; nothing else is read here.

    Returns
    -------
    tree
        Tensors and what else was in it.

    Raises
    ------
    StateError
        If it is no such file, or something else is in it.

    Examples
    --------
    >>> from io import BytesIO
    >>> from micrograd.tensors import eye, load, save
    >>> file = BytesIO()
    >>> save([eye(2), "a diagonal"], file)
    >>> load(file)
    [tensor([[1., 0.],
            [0., 1.]]), 'a diagonal']
    """
    try:
        with zipfile.ZipFile(f) as archive:
            return Reader(archive).load()
    except (
        zipfile.BadZipFile,
        pickle.UnpicklingError,
        EOFError,
        KeyError,
        ValueError,
    ) as fault:
        if isinstance(fault, StateError):
            raise
        asked = "load() reads files of torch.save(), since PyTorch 1.6"
        do = "write it again; a part of it may be missing"
        raise StateError(asked, f"{f} ({fault})", do) from None


# --- safetensors ---


def _package(name: str, install: str) -> Any:
    asked = f"moving a model needs the package {name.partition('.')[0]}"
    return optional(name, asked, f"run: {install}")


def save_file(tensors: dict[str, Tensor], filename: Any) -> None:
    """Write tensors by name as a file of the format safetensors.

    Parameters
    ----------
    tensors : dict of str to Tensor
        A state.
    filename : path
        The file.

    Raises
    ------
    MissingPackageError
        If the package safetensors is not installed.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from micrograd.tensors import load_file, save_file, tensor
    >>> with TemporaryDirectory() as folder:
    ...     save_file({"w": tensor([1.0, 2.0])}, f"{folder}/w.safetensors")
    ...     load_file(f"{folder}/w.safetensors")
    {'w': tensor([1., 2.])}
    """
    files = _package("safetensors.numpy", INSTALL.format("tensors"))
    arrays = {
        name: np.asarray(getattr(x, "array", x), order="C")
        for name, x in tensors.items()
    }
    files.save_file(arrays, filename)


def load_file(filename: Any) -> dict[str, Tensor]:
    """Read tensors by name from a file of the format safetensors.

    Parameters
    ----------
    filename : path
        The file.

    Returns
    -------
    dict of str to Tensor
        The tensors.

    Raises
    ------
    StateError
        If it is no such file, or has a type that NumPy has not.
    MissingPackageError
        If the package safetensors is not installed.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from micrograd.tensors import load_file, save_file, tensor
    >>> with TemporaryDirectory() as folder:
    ...     save_file({"n": tensor([1, 2])}, f"{folder}/n.safetensors")
    ...     load_file(f"{folder}/n.safetensors")
    {'n': tensor([1, 2])}
    """
    files = _package("safetensors.numpy", INSTALL.format("tensors"))
    try:
        found = files.load_file(filename)
    except OSError:  # no such file
        raise
    except Exception as fault:  # no such format, or no such type
        asked = "load_file() reads safetensors of types that NumPy has"
        do = "save it in float32, as with model.float(), or write it again"
        raise StateError(asked, f"{filename} ({fault})", do) from None
    return {name: make(array) for name, array in found.items()}


# --- PyTorch ---


def to_torch(thing: Tree) -> Any:
    """Make the same tensors, or the same network, in PyTorch.

    Parameters
    ----------
    thing : tree of Tensor, or Module
        What to take there; of networks those that consist of the layers
        of :mod:`micrograd.tensors.nn`.

    Returns
    -------
    tree of torch.Tensor, or torch.nn.Module
        Copies.

    Raises
    ------
    OptionError
        If there are modules of one's own in it.
    MissingPackageError
        If PyTorch is not installed.

    Examples
    --------
    >>> from micrograd.tensors import nn, tensor, to_torch
    >>> to_torch({"w": tensor([1.0, 2.0])})  # doctest: +SKIP
    {'w': tensor([1., 2.])}
    >>> to_torch(nn.Sequential(nn.Linear(2, 1), nn.ReLU()))  # doctest: +SKIP
    Sequential(
      (0): Linear(in_features=2, out_features=1, bias=True)
      (1): ReLU()
    )
    """
    torch = _package("torch", "pip install torch")
    copied = lambda x: torch.tensor(np.asarray(x))  # noqa: E731
    return _taken(thing, torch.nn, copied, "__primitive__")


def from_torch(thing: Tree) -> Any:
    """Make tensors, or a network, of PyTorch again here.

    Parameters
    ----------
    thing : tree of torch.Tensor, or torch.nn.Module
        What to take over; of networks those that consist of the layers
        that are here, too.

    Returns
    -------
    tree of Tensor, or Module
        Copies.

    Raises
    ------
    OptionError
        If there are other modules in it.

    Examples
    --------
    >>> from micrograd.tensors import from_torch
    >>> import torch  # doctest: +SKIP
    >>> from_torch(torch.nn.Linear(2, 1))  # doctest: +SKIP
    Linear(in_features=2, out_features=1, bias=True)
    """
    copied = lambda x: make(np.asarray(x.detach()).copy())  # noqa: E731
    return _taken(thing, nn, copied, "detach")


def _taken(thing: Any, there: Any, copied: Any, mark: str) -> Any:
    """The same with the layers of another library."""
    if not hasattr(thing, "named_children"):
        found = [copied(x) if hasattr(x, mark) else x for x in leaves(thing)]
        return rebuild(thing, found)
    model = _module(thing, there)
    state = thing.state_dict()
    model.load_state_dict({name: copied(x) for name, x in state.items()})
    return model.train(thing.training)


CONTAINERS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "Sequential": OrderedDict,
    "ModuleDict": dict,
    "ModuleList": lambda named: list(named.values()),
}


def _printed(node: ast.expr) -> Any:
    """A setting as a layer prints it: words stand without quotes."""
    return node.id if isinstance(node, ast.Name) else ast.literal_eval(node)


def _module(thing: Any, there: Any) -> Any:
    """The same layers, as they print, with other weights."""
    name, kind = type(thing).__name__, type(thing).__module__
    inside = dict(thing.named_children())
    known = kind.startswith(("torch.nn.", "micrograd.tensors.nn."))
    if known and hasattr(there, name):
        make_one = getattr(there, name)
        if name in CONTAINERS:
            pairs = inside.items()
            made = {key: _module(child, there) for key, child in pairs}
            return make_one(CONTAINERS[name](made))
        if not inside:
            call: Any = ast.parse(repr(thing), mode="eval").body
            given = [_printed(x) for x in call.args]
            named = {k.arg: _printed(k.value) for k in call.keywords}
            try:
                return make_one(*given, **named)
            except TypeError:  # a setting that is not there
                pass
    asked = "a network is taken from one library to the other by its layers"
    do = "build it there, and load from_torch(model.state_dict())"
    raise OptionError(asked, repr(thing).partition("\n")[0], do)
