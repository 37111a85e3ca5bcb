"""The gallery: every script runs, and keeps its word.

This takes minutes.  The session `tests` leaves it to the build of the site,
which runs the scripts with the same packages and whose pages are then looked
at for what scripts print (`test_site.py`); `minimums`, `pythons` and
`coverage` run them here, without a site.
"""

import runpy
import shutil
import warnings
from pathlib import Path

import pytest
from test_gallery import GALLERY, NAMES, each_script

from micrograd.draw import render

# What the prose of a script speaks of, as the script prints it.
PRINTED = {
    "the_readme_expression": [
        "g = 24.7041",
        "dg/da = 138.8338",
        "dg/db = 645.5773",
    ],
    "a_neuron": [
        "o = 0.7071",
        "x1.grad = -1.5000",
        "w1.grad = +1.0000",
        "w2.grad = +0.0000",
    ],
    "four_derivatives": [f"order {n}: {n} zeros" for n in range(5)],
    "newton": ["(-0.346574, -0.000000)  0.0e+00 to go"],
    "xor": ["learns from  0 of 20 seeds", "learns from 20 of 20 seeds"],
    "microgpt": ["4,192 parameters", "eager and compiled agree: True"],
    "moons": ["round 20: loss 0.021, accuracy 100%"],
    "slingshot": ["first push [0.2, 1.2]: 12 flights"],
    "symmetry_1986": [
        "learned after 1425 sweeps",
        "sizes  5.4  8.2 10.9",
        "seed 7: learned after    ? sweeps",
    ],
    "digits": ["97.3% of 300 unseen digits are right"],
    "letters": ["761 parameters"],
    "grokking": ["step 2000: 100% of the unseen sums"],
    "dates": ["step 300: loss 0.000", "100% right"],
    "sorting": ["[7, 2, 9, 4, 0, 5] -> [0, 2, 4, 5, 7, 9]"],
    "dead_relus": ["rate 1.0: 0 dead", "rate 8.0: 11 dead"],
    "weight_decay": ["best at 0.0032: loss 0.30 on unseen points"],
}


@pytest.fixture
def shown(monkeypatch):
    """Figures as they are when the script shows them."""
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("agg")
    from matplotlib import pyplot

    figures = []

    def show():
        for number in pyplot.get_fignums():
            figure = pyplot.figure(number)
            figure.canvas.draw()  # which may warn, and so fail
            figures.append(figure)
        pyplot.close("all")

    monkeypatch.setattr(pyplot, "show", show)
    monkeypatch.setattr(render, "viewers", [lambda graph: graph.svg()])
    with matplotlib.rc_context():
        yield figures
    assert not pyplot.get_fignums(), "made, but never shown"


def is_labelled(figure):
    x = [ax.get_xlabel() for ax in figure.axes]
    y = [ax.get_ylabel() or ax.get_legend() for ax in figure.axes]
    return any(x) and any(y)


@each_script
def test_a_script_runs_and_writes_nothing(
    path, shown, tmp_path, monkeypatch, capsys
):
    if "sklearn" in path.read_text("utf-8"):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what its imports say
            pytest.importorskip("sklearn.datasets")
    before = sorted(GALLERY.rglob("*"))
    copied = Path(shutil.copy(path, tmp_path))
    monkeypatch.chdir(tmp_path)
    runpy.run_path(str(copied), run_name="__main__")
    assert list(tmp_path.iterdir()) == [copied]
    assert sorted(GALLERY.rglob("*")) == before
    assert all(is_labelled(figure) for figure in shown)
    printed = capsys.readouterr().out
    for expected in PRINTED.get(path.stem.removeprefix("plot_"), []):
        assert expected in printed


def test_every_promise_belongs_to_a_script():
    assert set(PRINTED) <= set(NAMES)
