"""Drawings that are dragged: the picture of the landing page, the secant."""

import re

import pytest
from conftest import PHONE, complaints, in_theme

from micrograd import grad

CHAPTER = "tutorials/a-number-that-remembers.html"


def parabola(x):
    return 3 * x * x - 4 * x + 5


@pytest.fixture
def secant(page, site):
    page.goto(site + CHAPTER)
    page.locator(".mg-secant[data-ready]").wait_for()
    return page


def point(tab, name):
    return tab.get_by_role("slider", name=re.compile(name))


def numbers(tab):
    """What stands below the curve, in order."""
    told = tab.inner_text(".mg-told").replace("−", "-")
    return [float(one) for one in re.findall(r"-?\d+(?:\.\d+)?", told)]


WAYS = [
    ["ArrowLeft"],
    ["PageDown"] * 2,
    ["Home", "ArrowUp"],
    ["End", "PageDown", "ArrowDown"],
]


@pytest.mark.parametrize("keys", WAYS, ids="-".join)
def test_the_slopes_below_the_curve_are_those_of_the_engine(secant, keys):
    for name in ["The second", "x, where"]:
        point(secant, name).focus()
        for key in keys:
            secant.keyboard.press(key)
        x = float(point(secant, "x, where").get_attribute("aria-valuenow"))
        end = point(secant, "The second").get_attribute("aria-valuenow")
        h = round(float(end) - x, 4)
        limit = round(grad(parabola)(x), 4)
        if h:
            ratio = (parabola(x + h) - parabola(x)) / h
            assert [x, h, round(ratio, 4), limit] == numbers(secant)
        else:
            assert [x, limit] == numbers(secant)


def test_the_second_point_is_dragged_onto_the_first(secant):
    second, first = point(secant, "The second"), point(secant, "x, where")
    second.scroll_into_view_if_needed()
    places = [
        one.locator("circle").last.bounding_box() for one in [second, first]
    ]
    (a, b) = [
        (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        for box in places
    ]
    secant.mouse.move(*a)
    secant.mouse.down()
    secant.mouse.move((a[0] + b[0]) / 2, a[1])
    assert 14 < numbers(secant)[2] < 20
    secant.mouse.move(b[0], b[1])
    secant.mouse.up()
    assert [3, 14] == numbers(secant)
    assert "touches" in secant.inner_text(".mg-told")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1400, PHONE["width"]])
def test_a_secant_can_be_looked_at(page, site, picture, theme, width):
    page.set_viewport_size({"width": width, "height": 900})
    in_theme(page, theme)
    page.goto(site + CHAPTER)
    page.locator(".mg-secant[data-ready]").scroll_into_view_if_needed()
    picture(page, f"secant-{theme}-{width}")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert [] == complaints(page, of=".mg-secant")


# --- The landing page ---


def test_the_landing_picture_plays_once_and_its_inputs_move(
    page, site, eventually
):
    page.goto(f"{site}index.html")
    playing = page.locator(".mg-steps.mg-playing")
    playing.wait_for()
    assert eventually(page, lambda: playing.count() == 0)
    page.get_by_role("slider", name="x", exact=True).focus()
    before = page.locator("[data-cell=g1]").text_content()
    page.keyboard.press("ArrowLeft")
    assert before != page.locator("[data-cell=g1]").text_content()


def test_where_motion_is_reduced_the_landing_picture_stands(page, site):
    page.emulate_media(reduced_motion="reduce")
    page.goto(f"{site}index.html")
    page.wait_for_load_state("networkidle")
    assert 0 == page.locator(".mg-steps.mg-playing").count()
    first, last = page.inner_text(".mg-count").split(" / ")
    assert first == last
