"""Exercises on their pages: a wrong answer, a right one, a tick for it."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "docs" / "_ext"))
files = pytest.importorskip("exercise_files")


def answer(tab, one, code, eventually):
    """Put code into an exercise and run it; what the page says to it."""
    cell = tab.locator(f"section#{one.name} .tag_exercise .live")
    edit = cell.get_by_role("button", name="Edit")
    if edit.is_visible():
        edit.click()
    cell.locator("textarea").fill(code)
    cell.get_by_role("button", name="Run").click()
    status = cell.locator(".live-status")
    ends = ["not yet", "right"]
    eventually(tab, lambda: status.inner_text() in ends)
    output = tab.locator(f"section#{one.name} > .live-output")
    return status.inner_text(), output.first.inner_text()


IN_PAGES = [one for one in files.GROUPS if one not in files.ON_TENSORS]


@pytest.mark.parametrize("name", IN_PAGES)
def test_every_exercise_of_a_page_knows_wrong_from_right(
    name, page, live, eventually
):
    page.goto(f"{live}exercises/{name}.html")
    for one in files.group(name):
        status, text = answer(page, one, one.start, eventually)
        assert status == "not yet", one.path
        assert "\n  expected: " in text
        status, text = answer(page, one, one.solution, eventually)
        assert status == "right", one.path
        assert text.startswith(("Right", "Found"))


def test_an_exercise_that_passes_has_a_tick_on_the_index(
    page, live, eventually
):
    first, second = files.group("nudging")[:2]
    page.goto(f"{live}exercises/nudging.html")
    page.evaluate("localStorage.removeItem('micrograd-exercises')")
    page.reload()
    answer(page, first, first.solution, eventually)
    button = page.locator(f"section#{first.name} .mg-done")
    assert eventually(page, lambda: button.inner_text() == "✓ done")
    page.locator(f"section#{second.name} .mg-done").click()

    page.goto(f"{live}exercises/index.html")
    ticked = page.locator("tr:has(.mg-tick)")
    assert ticked.count() == 2
    assert first.number in ticked.first.inner_text()
    assert page.get_by_text("You have done 2 of").is_visible()

    page.get_by_role("button", name="forget").click()
    assert page.locator(".mg-tick").count() == 0
    page.reload()
    assert page.locator(".mg-tick").count() == 0


def test_what_two_tabs_have_done_is_kept_from_both(
    page, window, live, eventually
):
    first, second = files.group("nudging")[:2]
    button = "section#{} .mg-done".format
    index = window.new_page()
    index.goto(f"{live}exercises/index.html")
    index.evaluate("localStorage.removeItem('micrograd-exercises')")
    page.goto(f"{live}exercises/nudging.html")
    other = window.new_page()
    other.goto(f"{live}exercises/nudging.html")
    page.click(button(first.name))
    other.click(button(second.name))
    for tab in [page, other]:
        done = tab.locator(".mg-done[aria-pressed=true]")
        assert eventually(tab, lambda done=done: done.count() == 2)
    ticks = index.locator(".mg-tick")
    assert eventually(index, lambda: ticks.count() == 2)
    index.get_by_role("button", name="forget").click()
    assert eventually(page, lambda: not page.locator("text=✓ done").count())
    other.close()
    index.close()


def test_a_page_of_exercises_fits_a_phone(page, live, picture):
    page.set_viewport_size({"width": 390, "height": 844})
    for name in ["index", *files.GROUPS]:
        page.goto(f"{live}exercises/{name}.html")
        page.evaluate(
            "document.querySelectorAll('article details')"
            ".forEach((one) => (one.open = true))"
        )
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        picture(page, f"exercises-{name}-phone")
