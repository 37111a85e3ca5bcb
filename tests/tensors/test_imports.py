"""Imports of PyTorch that find this package."""

import re
import sys
from functools import reduce
from importlib import import_module
from pathlib import Path

import pytest

from micrograd import tensors
from micrograd.errors import MissingPackageError, StateError
from micrograd.tensors.imports import MODULES, install_as

PAGE = Path(__file__).parents[2] / "docs/reference/compatibility.md"
NAMES = [name for names in MODULES.values() for name in names.split()]


@pytest.fixture
def torchlike():
    """A name for which this package answers, during one test."""
    modules, finders = dict(sys.modules), [*sys.meta_path]
    install_as("torchlike")
    yield
    for name in [*sys.modules]:
        if name not in modules:
            del sys.modules[name]
    sys.meta_path[:] = finders


def run(program):
    """Run lines, and give their names."""
    names = {}
    exec(program, names)
    return names


@pytest.mark.parametrize(
    ("line", "found"),
    {
        "import torchlike.optim as x": "optim",
        "import torchlike.nn as x": "nn",
        "import torchlike.nn.functional as x": "nn.functional",
        "import torchlike.utils.data as x": "data",
        "from torchlike.utils import data as x": "data",
        "from torchlike.utils.data import DataLoader as x": "data.DataLoader",
        "from torchlike.utils.data.dataset import Dataset as x":
            "data.Dataset",
        "from torchlike.nn.utils import clip_grad_norm_ as x":
            "nn.utils.clip_grad_norm_",
        "from torchlike.nn.utils.rnn import pad_sequence as x":
            "nn.utils.rnn.pad_sequence",
        "from torchlike.nn.parameter import Parameter as x": "nn.Parameter",
        "from torchlike.nn.modules.module import Module as x": "nn.Module",
        "from torchlike.optim.lr_scheduler import StepLR as x":
            "optim.lr_scheduler.StepLR",
        "from torchlike.autograd import Variable as x": "autograd.Variable",
        "from torchlike.distributions.normal import Normal as x":
            "distributions.Normal",
        "from torchlike.linalg import norm as x": "linalg.norm",
        "from torchlike.cuda import is_available as x": "cuda.is_available",
    }.items(),
)  # fmt: skip
def test_an_import_of_a_program_gives_the_very_thing_of_this_package(
    torchlike, line, found
):
    expected = reduce(getattr, found.split("."), tensors)
    assert run(line)["x"] is expected


@pytest.mark.parametrize("name", NAMES)
def test_every_module_can_be_imported_and_then_reached_by_its_whole_name(
    torchlike, name
):
    names = run(f"import torchlike.{name}\nx = torchlike.{name}")
    assert names["torchlike"] is tensors


def test_no_module_of_this_package_is_loaded_a_second_time(torchlike):
    with pytest.raises(MissingPackageError):
        import torchlike.engine  # noqa: F401


def test_a_module_that_is_not_here_is_refused_in_three_parts(torchlike):
    with pytest.raises(ImportError) as caught:
        import torchlike.fft  # noqa: F401
    asked, given, do = caught.value.args
    assert asked == "install_as('torchlike') answers for modules that are here"
    assert given == "torchlike.fft"
    assert "reference/tensors.html" in do


def test_a_module_of_a_module_is_refused_in_three_parts_too(torchlike):
    for name in ("nn.utils.fusion", "optim.asgd", "distributions.gamma"):
        with pytest.raises(MissingPackageError, match=name):
            import_module(f"torchlike.{name}")


def test_namespaces_can_be_imported_by_their_own_names():
    utils = import_module("micrograd.tensors.nn.utils")
    assert utils is tensors.nn.utils


def test_a_missing_name_is_named_with_the_module_that_lacks_it(torchlike):
    with pytest.raises(ImportError, match="'no_such' from .*nn.utils"):
        from torchlike.nn.utils import no_such  # noqa: F401


@pytest.mark.parametrize("where", ["", *MODULES])
def test_a_name_that_is_not_here_says_what_to_do(where):
    name = f"micrograd.tensors.{where}".rstrip(".")
    module = reduce(getattr, where.split("."), tensors) if where else tensors
    with pytest.raises(AttributeError) as caught:
        _ = module.no_such_name
    text = str(caught.value)
    assert text.startswith(f"{name} has only some of PyTorch's names but got")
    assert "'no_such_name'; compose it of" in text
    assert "reference/tensors.html" in text
    assert not hasattr(module, "no_such_name")


def test_a_name_with_a_slip_is_recognised():
    with pytest.raises(AttributeError) as caught:
        _ = tensors.nn.Liner
    assert caught.value.obj is tensors.nn  # Python asks it for like names


def test_other_packages_are_found_as_before(torchlike):
    with pytest.raises(ModuleNotFoundError, match="torchlikevision"):
        import torchlikevision  # noqa: F401


def test_a_second_call_changes_nothing(torchlike):
    before = len(sys.meta_path)
    install_as("torchlike")
    assert len(sys.meta_path) == before


def test_a_library_that_is_imported_already_is_left_alone():
    import json

    with pytest.raises(StateError, match="install_as"):
        install_as("json")
    assert sys.modules["json"] is json


def test_what_the_page_calls_missing_is_missing():
    page = PAGE.read_text("utf-8")
    told = page.partition("and is missing here\n")[2].partition("A missing")[0]
    modules, layers = told.strip().splitlines()[:2]
    names = re.findall(r"(?<!\})`(\w+)`", modules)
    assert len(names) > 6
    assert [] == [n for n in names if hasattr(tensors, n)]
    names = re.findall(r"`(\w+)`", layers)
    assert len(names) > 4
    assert [] == [n for n in names if hasattr(tensors.nn, n)]
