"""What the generated pages of the reference say, before they are pages."""

import re
import sys
from pathlib import Path

import pytest

from micrograd.primitives import PRIMITIVES

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "docs" / "_ext"))
curve = pytest.importorskip("curve")
results = pytest.importorskip("results")

ROWS = [pytest.param(row, id=row.name) for row in PRIMITIVES.values()]
# A choice by a condition is no curve.
NO_PICTURE = {"where"}


@pytest.mark.parametrize("row", ROWS)
def test_the_page_says_of_every_edge_that_pytorch_agrees(row):
    verdicts = {line[-1] for line in results.at_the_edge(row)}
    assert verdicts == {"the same"}


def test_the_page_shows_another_answer_of_pytorch(monkeypatch):
    other = {"exp": {"0.0": ["2.0", "-0.5"]}}
    monkeypatch.setattr(results, "saved", lambda: other)
    lines = {line[0]: line for line in results.at_the_edge(PRIMITIVES["exp"])}
    assert lines["0"] == ["0", "1", "1", "2, −0.5"]
    assert lines["1"][-1] == ""


@pytest.mark.parametrize("row", ROWS)
def test_every_row_has_a_picture_and_its_picture_a_text(row):
    picture = curve.plot(row)
    if row.name in NO_PICTURE:
        assert picture == ""
        return
    assert f'aria-label="Curves of f(t) = {row.name}(' in picture
    assert "nan" not in picture


def test_a_jump_of_the_slope_is_marked_by_open_circles():
    picture = curve.plot(PRIMITIVES["relu"])
    assert picture.count('r="4"') == 3  # the bend, and two ends of the slope
    assert picture.count('r="3"') == 1  # the value at the bend
    assert "a kink at t = 0." in picture


def test_operators_are_shown_in_both_orders():
    lines = {line[0]: line for line in results.of_operators()}
    assert lines["x - y"][2] == "`x - 3` → −1, slope 1"
    assert lines["x - y"][3] == "`3 - x` → 1, slope −1"
    assert lines["x - y"][4] == "`x - y` → −1, slopes 1 and −1"


# --- Files shown on pages ---

INCLUDED = re.compile(
    r"^```\{literalinclude\} (?P<path>\S+)\n(?P<options>(?::.*\n)*)",
    re.MULTILINE,
)
PLACE = re.compile(r"^:(?:start|end)-(?:at|after|before): (.*)$", re.MULTILINE)


def test_what_a_page_shows_of_a_file_is_in_it():
    found = 0
    for page in sorted((ROOT / "docs").rglob("*.md")):
        for block in INCLUDED.finditer(page.read_text("utf-8")):
            shown = (page.parent / block["path"]).resolve()
            text = shown.read_text("utf-8")
            for place in PLACE.findall(block["options"]):
                assert place in text, f"{page}: {place!r} is not in {shown}"
                found += 1
    assert found > 1
