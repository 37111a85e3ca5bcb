"""Pages under a finger, on a screen of a phone's size."""

import re
from contextlib import contextmanager

import pytest
from conftest import PHONE

CHAPTER = "tutorials/a-number-that-remembers.html"


class Finger:
    """One finger on a tab, which the tab takes for a touch."""

    def __init__(self, tab):
        self.tab = tab
        self.tools = tab.context.new_cdp_session(tab)

    @contextmanager
    def able(self):
        """Make the tab a phone's for a while."""
        self.tab.set_viewport_size(PHONE)
        self._set("setTouchEmulationEnabled", enabled=True, maxTouchPoints=1)
        yield self
        self._set("setTouchEmulationEnabled", enabled=False)

    def _set(self, what, **settings):
        self.tools.send(f"Emulation.{what}", settings)

    def _touch(self, kind, *points):
        places = [{"x": x, "y": y} for x, y in points]
        event = {"type": f"touch{kind}", "touchPoints": places}
        self.tools.send("Input.dispatchTouchEvent", event)

    def place(self, locator, u=0.5, v=0.5):
        """Where a part of an element is, once it is in view."""
        locator.scroll_into_view_if_needed()
        box = locator.bounding_box()
        return box["x"] + u * box["width"], box["y"] + v * box["height"]

    def tap(self, locator, u=0.5, v=0.5):
        self._touch("Start", self.place(locator, u, v))
        self._touch("End")

    def drag(self, locator, start, end, steps=6):
        (x0, y0), (x1, y1) = [self.place(locator, *p) for p in (start, end)]
        self._touch("Start", (x0, y0))
        for k in range(1, steps + 1):
            s = k / steps
            self._touch("Move", (x0 + s * (x1 - x0), y0 + s * (y1 - y0)))
        self._touch("End")


@pytest.fixture
def finger(page):
    with Finger(page).able() as one:
        yield one


def test_a_cell_runs_under_a_finger(page, live, finger):
    page.goto(live + CHAPTER)
    block = page.locator(".live").first
    finger.tap(block.get_by_role("button", name="Run", exact=True))
    ran = block.locator(".live-status").filter(has_text=re.compile("ran in"))
    ran.wait_for()


def test_a_finger_moves_the_tangent_of_the_sandbox(
    page, live, finger, eventually
):
    page.goto(f"{live}sandbox.html")
    button = page.locator(".mg-start [type=submit]")
    finger.tap(button)
    button.wait_for(state="hidden")
    field = page.locator(".mg-inputs input").first
    before = field.input_value()
    finger.drag(page.locator("svg.mg-slope"), (0.5, 0.5), (0.7, 0.5))
    assert eventually(page, lambda: field.input_value() != before)


def test_a_finger_trains_the_playground(page, live, finger, eventually):
    page.goto(f"{live}playground.html#data=xor&n=12&hidden=3&seed=3")
    start = page.locator(".pg-play")
    finger.tap(start)
    shown = page.locator("[data-show=step]")

    def steps():
        return int(shown.inner_text().replace(",", "") or 0)

    assert eventually(page, lambda: steps() > 300)
    finger.tap(start)
    points = page.locator(".pg-points tbody tr")
    before = points.count()
    finger.tap(page.locator(".pg-tool-add0"))
    finger.tap(page.locator(".pg-canvas"), 0.3, 0.3)
    assert eventually(page, lambda: points.count() == before + 1)


def test_a_finger_steps_through_a_backward_pass(page, site, finger):
    page.goto(f"{site}explanation/why-a-topological-order.html")
    player = page.locator(".mg-steps[data-ready]").first
    shown = player.locator(".mg-count")
    before = shown.inner_text()
    finger.tap(player.locator("[data-do=start]"))
    page.wait_for_function(
        "([place, text]) => place.textContent !== text",
        arg=[shown.element_handle(), before],
    )
