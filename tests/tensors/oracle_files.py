"""Files and networks that PyTorch writes and reads, beside ours."""

import io
import zipfile

import numpy as np
import pytest

import micrograd.tensors as mt
from micrograd import errors

torch = pytest.importorskip(
    "torch", reason="PyTorch is not installed: nox -s oracle installs it"
)

pytestmark = pytest.mark.usefixtures("single_precision")


NUMBERS = {
    "float32": np.arange(6, dtype="float32").reshape(2, 3),
    "float64": np.array(0.1),
    "int64": np.array([], dtype="int64"),
    "int32": np.array([[[7]]], dtype="int32"),
    "bool": np.array([True, False]),
}


def tree(make):
    tensors = {name: make(a) for name, a in NUMBERS.items()}
    return {"step": 3, "state": tensors, "mixed": [1.5, "ß", None, (True,)]}


def same(expected, found):
    if isinstance(expected, dict):
        assert list(expected) == list(found)
        expected, found = expected.values(), found.values()
    if hasattr(expected, "shape"):
        a, b = np.asarray(expected), np.asarray(found)
        assert (a.dtype, a.shape) == (b.dtype, b.shape)
        assert (a == b).all()
    elif isinstance(expected, str) or not hasattr(expected, "__iter__"):
        assert expected == found
    else:
        for one, other in zip(expected, found, strict=True):
            same(one, other)


def test_pytorch_reads_what_is_written_here():
    file = io.BytesIO()
    mt.save(tree(mt.tensor), file)
    file.seek(0)
    same(tree(torch.tensor), torch.load(file, weights_only=True))


def test_what_pytorch_writes_is_read_here():
    file = io.BytesIO()
    torch.save(tree(torch.tensor), file)
    file.seek(0)
    same(tree(torch.tensor), mt.load(file))


def test_views_and_parameters_and_bfloat16_are_read():
    whole = torch.arange(12.0).view(3, 4)
    file = io.BytesIO()
    given = [whole.T[1:, ::2], torch.nn.Parameter(whole[0]), whole.bfloat16()]
    torch.save(given, file)
    file.seek(0)
    part, parameter, short = mt.load(file)
    assert given[0].tolist() == part.tolist()
    assert parameter.requires_grad
    assert whole.tolist() == short.tolist()


def test_the_state_of_a_network_and_its_optimiser_goes_there_and_back():
    made = []
    for lib in (torch, mt):
        lib.manual_seed(1)
        model = lib.nn.Sequential(lib.nn.Linear(3, 4), lib.nn.BatchNorm1d(4))
        optimizer = lib.optim.AdamW(model.parameters(), lr=0.1)
        model(lib.ones(2, 3)).sum().backward()
        optimizer.step()
        made.append((model, optimizer))
    for (_, source), (_, goal) in (made, made[::-1]):
        lib = mt if isinstance(source, mt.optim.Optimizer) else torch
        other = torch if lib is mt else mt
        file = io.BytesIO()
        lib.save(source.state_dict(), file)
        file.seek(0)
        goal.load_state_dict(other.load(file))
    file = io.BytesIO()
    torch.save(made[0][0].state_dict(), file)
    file.seek(0)
    made[1][0].load_state_dict(mt.load(file))
    same(made[0][0].state_dict(), made[1][0].state_dict())


def test_nothing_but_tensors_is_called_while_reading():
    file = io.BytesIO()
    torch.save({"f": io.BytesIO}, file)
    file.seek(0)
    with pytest.raises(errors.StateError, match="BytesIO"):
        mt.load(file)
    torch.save(torch.nn.Linear(2, 1), file := io.BytesIO())
    file.seek(0)
    with pytest.raises(errors.StateError, match="Linear"):
        mt.load(file)


def test_a_file_that_breaks_off_is_refused():
    file = io.BytesIO()
    torch.save(tree(torch.tensor), file)
    with pytest.raises(errors.StateError, match="missing"):
        mt.load(io.BytesIO(file.getvalue()[:-100]))
    whole, less = zipfile.ZipFile(file), io.BytesIO()
    with zipfile.ZipFile(less, "w") as archive:
        for name in whole.namelist():
            if "/data/0" not in name:
                archive.writestr(name, whole.read(name))
    with pytest.raises(errors.StateError, match="missing"):
        mt.load(less)
    with pytest.raises(FileNotFoundError):
        mt.load("there is no such file.pt")


def test_a_tensor_that_reaches_over_its_numbers_is_refused():
    file = io.BytesIO()
    mt.save(mt.zeros(4), file)
    text = zipfile.ZipFile(file).read("archive/data.pkl")
    assert text.count(b"K\x04") == 2  # the length of storage and tensor
    at = text.rindex(b"K\x04")
    wrong = io.BytesIO()
    with zipfile.ZipFile(wrong, "w") as archive:
        changed = text[:at] + b"K\x05" + text[at + 2 :]
        archive.writestr("archive/data.pkl", changed)
        data = zipfile.ZipFile(file).read("archive/data/0")
        archive.writestr("archive/data/0", data)
    with pytest.raises(errors.StateError, match="reaches over"):
        mt.load(wrong)


NETWORKS = {
    "images": lambda nn: nn.Sequential(
        nn.Conv2d(1, 4, 3, padding=1, bias=False),
        nn.BatchNorm2d(4),
        nn.ReLU(),
        nn.MaxPool2d(2, ceil_mode=True),
        nn.Conv2d(4, 4, 3, padding="same", groups=4, bias=False),
        nn.ConvTranspose2d(4, 2, 2, 2, output_padding=1, groups=2),
        nn.GroupNorm(2, 2, affine=False),
        nn.AvgPool2d(2, stride=1),
        nn.Flatten(),
    ),
    "words": lambda nn: nn.ModuleDict(
        {
            "table": nn.Embedding(5, 4, padding_idx=1),
            "body": nn.ModuleList([nn.LayerNorm(4), nn.RMSNorm(4)]),
            "bends": nn.Sequential(
                nn.GELU("tanh"), nn.Softmax(1), nn.Dropout(0.3), nn.ELU(0.5)
            ),
            "cell": nn.LSTMCell(4, 3, bias=False),
            "steps": nn.GRU(4, 3, 2, batch_first=True),
            "pairs": nn.Bilinear(2, 3, 4),
        }
    ),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_a_network_goes_to_pytorch_and_back(name):
    ours = NETWORKS[name](mt.nn).eval()
    theirs = mt.to_torch(ours)
    again = mt.from_torch(theirs)
    assert repr(ours) == repr(theirs) == repr(again)
    assert (ours.training, theirs.training) == (False, False)
    same(theirs.state_dict(), ours.state_dict())
    same(theirs.state_dict(), again.state_dict())


def test_a_module_of_one_s_own_is_refused_and_told_what_to_do():
    class Own(torch.nn.Linear):
        pass

    with pytest.raises(errors.OptionError, match="state_dict"):
        mt.from_torch(Own(2, 1))
    with pytest.raises(errors.OptionError, match="padding_mode=circular"):
        mt.from_torch(torch.nn.Conv2d(2, 2, 3, padding_mode="circular"))
    states = mt.from_torch([Own(2, 1).state_dict(), {"n": 3}])
    assert [["weight", "bias"], ["n"]] == [list(s) for s in states]


def test_safetensors_are_those_of_pytorch(tmp_path):
    torch_files = pytest.importorskip("safetensors.torch")
    path = tmp_path / "state.safetensors"
    expected = tree(torch.tensor)["state"]
    mt.save_file(tree(mt.tensor)["state"], path)
    found = torch_files.load_file(path)
    same(expected, {key: found[key] for key in expected})
    torch_files.save_file(expected, path)
    found = mt.load_file(path)
    same(expected, {key: found[key] for key in expected})
    path.write_bytes(path.read_bytes()[:20])
    with pytest.raises(errors.StateError, match="safetensors"):
        mt.load_file(path)
