"""Data from files: pictures of digits, names, texts.

The files are those that courses use.  Each reader checks what it reads,
unpacks gzip files by itself, and says where to get what is not there;
nothing goes to the network.

Notation: none.  The public names are those of :mod:`micrograd.datasets`.

Leaves out: downloads; other formats than IDX and plain text.

Sources: the format IDX as Yann LeCun's page on MNIST has it; [LeCun1998]_
for MNIST.
"""

from __future__ import annotations

import gzip
import math
import zlib
from pathlib import Path
from typing import Any

from micrograd.about import INSTALL
from micrograd.errors import OptionError, StateError, optional
from micrograd.namespaces import to_choice

__all__ = ["digits", "names", "read_idx", "text"]

SOURCES = {
    "digits": "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "names": "https://github.com/karpathy/makemore (names.txt)",
    "text": "https://github.com/karpathy/char-rnn (data/tinyshakespeare)",
}


def _contents(path: Any, what: str) -> bytes:
    """The bytes of a file, unpacked if it is a gzip file."""
    try:
        data = Path(path).read_bytes()
    except OSError as fault:
        asked = f"{what}() reads a file"
        do = f"get it from {SOURCES['digits' if what == 'read_idx' else what]}"
        raise OptionError(asked, f"{path} ({fault.strerror})", do) from None
    if data[:2] != b"\x1f\x8b":
        return data
    try:
        return gzip.decompress(data)
    except (EOFError, OSError, zlib.error) as fault:
        asked = f"{what}() reads gzip files that are whole"
        raise StateError(asked, f"{path} ({fault})", AGAIN) from None


AGAIN = "get the file again"
# The types of the format IDX, in NumPy's words.
IDX = {8: ">u1", 9: ">i1", 11: ">i2", 12: ">i4", 13: ">f4", 14: ">f8"}


def read_idx(path: Any) -> Any:
    """Read an array from a file of the format IDX, such as MNIST's.

    The file begins with two zeros, a byte for the type and one for the
    number of axes; then come the lengths, four bytes each, and the numbers.

    Parameters
    ----------
    path : path
        The file, packed with gzip or not.

    Returns
    -------
    numpy.ndarray
        The numbers.

    Raises
    ------
    OptionError
        If there is no such file.
    StateError
        If it begins otherwise, breaks off, or goes on too long.
    MissingPackageError
        If NumPy is not installed.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from micrograd.datasets import read_idx
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "labels-idx1-ubyte")
    ...     _ = path.write_bytes(bytes([0, 0, 8, 1, 0, 0, 0, 3, 7, 2, 1]))
    ...     read_idx(path).tolist()
    [7, 2, 1]
    """
    numpy, data = _package("numpy", "arrays"), _contents(path, "read_idx")
    asked = "read_idx() reads a file that begins with 0, 0, a type, the axes"
    if len(data) < 4 or data[:2] != b"\0\0" or data[2] not in IDX:
        raise StateError(asked, f"{[*data[:4]]} in {path}", AGAIN)
    start = 4 + 4 * data[3]
    lengths = [
        int.from_bytes(data[i : i + 4], "big") for i in range(4, start, 4)
    ]
    kind = numpy.dtype(IDX[data[2]])
    size = start + math.prod(lengths) * kind.itemsize
    if len(data) != size:
        asked = f"read_idx() reads {size} bytes for the shape {lengths}"
        raise StateError(asked, f"{len(data)} in {path}", AGAIN)
    array = numpy.frombuffer(data, kind, offset=start).reshape(lengths)
    return array.astype(kind.newbyteorder("="))


def digits(folder: Any = None, part: str = "train") -> tuple[Any, Any]:
    """Read pictures of digits and what they show.

    Parameters
    ----------
    folder : path, optional
        Where MNIST's four files lie, packed with gzip or not.  Without it
        the 1,797 digits of scikit-learn are read, 8 x 8 numbers each.
    part : {'train', 'test'}, optional
        Which of MNIST's two parts: 60,000 pictures or 10,000.

    Returns
    -------
    images : numpy.ndarray of float32
        One picture each, (pictures, height, width), from 0 to 1.
    labels : numpy.ndarray of int64
        The digits, (pictures,).

    Raises
    ------
    OptionError
        If a file is missing, or there is no such part.
    StateError
        If a file is damaged, or the two do not belong together.
    MissingPackageError
        If scikit-learn or NumPy is not installed.

    Examples
    --------
    >>> from micrograd.datasets import digits
    >>> images, labels = digits()
    >>> images.shape, labels[:5].tolist()
    ((1797, 8, 8), [0, 1, 2, 3, 4])
    """
    if folder is None:
        found = _package("sklearn.datasets", "gallery").load_digits()
        return (found.images / 16).astype("float32"), found.target
    names = {"train": "train", "test": "t10k"}
    to_choice(part, "digits(part=) is", names, " or ")
    images = read_idx(_file(folder, f"{names[part]}-images", "idx3-ubyte"))
    labels = read_idx(_file(folder, f"{names[part]}-labels", "idx1-ubyte"))
    if images.ndim != 3 or labels.shape != images.shape[:1]:
        asked = "digits(folder) needs a label for each picture"
        given = f"the shapes {images.shape} and {labels.shape}"
        raise StateError(asked, given, "get both files from one place")
    return (images / 255).astype("float32"), labels.astype("int64")


def _file(folder: Any, name: str, kind: str) -> Any:
    """The file of that name, spelled and packed in whatever way."""
    tried = [
        Path(folder, f"{name}{dot}{kind}{end}")
        for dot in "-."
        for end in ("", ".gz")
    ]
    return next((path for path in tried if path.is_file()), tried[0])


def _package(name: str, extra: str) -> Any:
    asked = f"these data need {name.partition('.')[0]}"
    return optional(name, asked, f"run: {INSTALL.format(extra)}")


def text(path: Any) -> str:
    """Read a text.

    Parameters
    ----------
    path : path
        The file, in UTF-8, packed with gzip or not.

    Returns
    -------
    str
        The text.

    Raises
    ------
    OptionError
        If there is no such file.
    StateError
        If it is no text, or empty.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from micrograd.datasets import text
    >>> with TemporaryDirectory() as folder:
    ...     _ = Path(folder, "input.txt").write_text("First Citizen:")
    ...     text(Path(folder, "input.txt"))
    'First Citizen:'
    """
    return _decoded(path, "text")


def names(path: Any) -> list[str]:
    r"""Read words, one a line.

    Parameters
    ----------
    path : path
        The file, in UTF-8, packed with gzip or not.

    Returns
    -------
    list of str
        The words, without those that are empty.

    Raises
    ------
    OptionError
        If there is no such file.
    StateError
        If it is no text, or empty.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from micrograd.datasets import names
    >>> with TemporaryDirectory() as folder:
    ...     _ = Path(folder, "names.txt").write_text("emma\nolivia\n")
    ...     names(Path(folder, "names.txt"))
    ['emma', 'olivia']
    """
    return [line for line in _decoded(path, "names").split("\n") if line]


def _decoded(path: Any, what: str) -> str:
    try:
        found = _contents(path, what).decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        asked = f"{what}() reads text in UTF-8"
        given = f"{path} ({fault.reason} at byte {fault.start})"
        raise StateError(asked, given, "save it as UTF-8") from None
    found = found.replace("\r\n", "\n")
    if not found.strip():
        asked = f"{what}() reads a file with something in it"
        raise StateError(asked, f"{path}, which is empty", AGAIN)
    return found
