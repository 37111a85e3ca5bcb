"""Files of data: whole, packed, broken off, missing."""

import gzip
import os
import struct
from pathlib import Path

import pytest

from micrograd import errors
from micrograd.datasets import batches, digits, names, read_idx, split, text

numpy = pytest.importorskip("numpy")
# Where the files lie that courses use; they are not part of the project.
DATA = os.environ.get("MICROGRAD_DATA", "")


def idx(array, kind=8):
    """A file of the format IDX, written by hand."""
    head = bytes([0, 0, kind, array.ndim])
    lengths = struct.pack(f">{array.ndim}I", *array.shape)
    return head + lengths + array.tobytes()


@pytest.fixture
def images():
    return numpy.arange(2 * 28 * 28, dtype="u1").reshape(2, 28, 28)


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize(
    ("kind", "dtype"), [(8, ">u1"), (12, ">i4"), (13, ">f4"), (14, ">f8")]
)
def test_an_array_is_read_in_its_type_and_shape(tmp_path, kind, dtype, packed):
    array = numpy.arange(6).reshape(2, 3).astype(dtype)
    data = idx(array, kind)
    path = tmp_path / "numbers"
    path.write_bytes(gzip.compress(data) if packed else data)
    found = read_idx(path)
    assert found.tolist() == array.tolist()
    assert found.dtype == numpy.dtype(dtype[1:])
    found[0, 0] = 1  # it can be written to


def broken(tmp_path, data):
    path = tmp_path / "broken"
    path.write_bytes(data)
    return path


def test_a_file_that_is_not_what_it_should_be_is_refused(tmp_path, images):
    whole = idx(images)
    for data, words in (
        (b"\x1f\x8b", "gzip"),
        (gzip.compress(whole)[:-9], "gzip"),
        (gzip.compress(whole)[:20] + b"ab" * 9, "gzip"),
        (b"", "begins with"),
        (b"\x00\x00\x08", "begins with"),
        (b"PK\x03\x04", "begins with"),
        (b"\x00\x00\x07\x01", "begins with"),
        (whole[:-1], "reads 1584 bytes"),
        (whole + b"\x00", "reads 1584 bytes"),
        (whole[:9], "bytes"),
    ):
        with pytest.raises(errors.StateError, match=words) as caught:
            read_idx(broken(tmp_path, data))
        assert "get the file again" in str(caught.value)


def test_a_file_that_is_missing_says_where_to_get_it(tmp_path):
    with pytest.raises(errors.OptionError, match="mnist"):
        read_idx(tmp_path / "none")
    with pytest.raises(errors.OptionError, match="mnist"):
        digits(tmp_path)
    with pytest.raises(errors.OptionError, match="makemore"):
        names(tmp_path / "names.txt")
    with pytest.raises(errors.OptionError, match="tinyshakespeare"):
        text(tmp_path)  # a folder


SPELLINGS = ["{0}-{1}", "{0}.{1}", "{0}-{1}.gz", "{0}.{1}.gz"]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_mnist_is_read_from_its_files(tmp_path, images, spelling):
    labels = numpy.array([7, 2], "u1")
    pack = gzip.compress if spelling.endswith("gz") else bytes
    for name, kind, array in (
        ("t10k-images", "idx3-ubyte", images),
        ("t10k-labels", "idx1-ubyte", labels),
    ):
        path = tmp_path / spelling.format(name, kind)
        path.write_bytes(pack(idx(array)))
    x, y = digits(tmp_path, "test")
    assert (x.dtype, y.dtype, x.shape) == ("float32", "int64", (2, 28, 28))
    assert [7, 2] == y.tolist()
    assert x.max() == 1.0
    assert x[0, 0, 1] == numpy.float32(1 / 255)
    with pytest.raises(errors.OptionError, match="train"):
        digits(tmp_path)
    with pytest.raises(errors.OptionError, match="train or test"):
        digits(tmp_path, "valid")


def test_pictures_and_labels_must_belong_together(tmp_path, images):
    (tmp_path / "train-images-idx3-ubyte").write_bytes(idx(images))
    labels = tmp_path / "train-labels-idx1-ubyte"
    labels.write_bytes(idx(numpy.zeros(3, "u1")))
    with pytest.raises(errors.StateError, match="label for each picture"):
        digits(tmp_path)


def test_the_digits_of_scikit_learn_are_there_without_files():
    pytest.importorskip("sklearn")
    x, y = digits()
    assert (1797, 8, 8) == x.shape
    assert (0.0, 1.0) == (x.min(), x.max())
    assert set(range(10)) == set(y.tolist())


def test_words_and_texts_are_read_as_they_are(tmp_path):
    path = tmp_path / "names.txt"
    path.write_bytes("\ufeffémile\r\nzoë\n\n".encode())
    assert ["émile", "zoë"] == names(path)
    assert "émile\nzoë\n\n" == text(path)
    path.write_bytes(gzip.compress(b"emma\n"))
    assert ["emma"] == names(path)
    for data, words in ((b"\xff\xfe", "UTF-8"), (b" \n", "empty")):
        with pytest.raises(errors.StateError, match=words):
            names(broken(tmp_path, data))


@pytest.mark.skipif(not DATA, reason="MICROGRAD_DATA names no folder of data")
def test_the_files_of_the_course_are_read_whole():
    words = names(Path(DATA, "names.txt"))
    assert ("emma", 32033) == (words[0], len(words))
    assert text(Path(DATA, "input.txt")).startswith("First Citizen:")
    train, test = split(words, [0.9, 0.1])
    assert len(next(iter(batches(train, 32)))) == 32
    assert len(train) + len(test) == len(words)
