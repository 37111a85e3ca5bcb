"""The programs on pages that need another array library than the site has.

The site is built with NumPy alone, so these are shown and not run there.
Here they run, on the CPU where they say "cuda".
"""

import re
from pathlib import Path

import pytest

pytest.importorskip("array_api_compat")
torch = pytest.importorskip("torch")
jax = pytest.importorskip("jax")

HOW_TO = Path(__file__).parents[2] / "docs" / "how-to"


def run(page):
    """Run the blocks of a page one after the other; give all their names."""
    text = (HOW_TO / f"{page}.md").read_text("utf-8")
    found = re.findall(r"(?ms)^```python\n(.*?)^```$", text)
    assert found
    names = {}
    for block in found:
        exec(block.replace('"cuda"', '"cpu"'), names)
        yield dict(names)


def test_a_tensor_of_pytorchs_or_jaxs_arrays_gives_gradients_of_them():
    first, second = run("use-another-array-library")
    assert isinstance(first["w"].grad.array, torch.Tensor)
    assert isinstance(second["w"].array, jax.Array)
    assert second["w"].tolist() == [[pytest.approx(0.8)] * 2] * 3


def test_a_tensor_of_an_array_on_a_gpu_gives_gradients_there():
    (names,) = run("use-a-gpu")
    assert isinstance(names["w"].grad.array, torch.Tensor)
