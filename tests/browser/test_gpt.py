"""The page that trains a GPT: it trains, shows, stops, and comes back."""

import json

import pytest
from conftest import (
    PHONE,
    away_and_back,
    complaints,
    in_theme,
    live_files,
)

MOST_SCRIPT = 120_000  # bytes before the reader asks for anything
MORE = 20_000_000  # bytes of the heap that may wait to be collected
HEAP = "performance.memory.usedJSHeapSize"


def shown(tab, name):
    return tab.inner_text(f"[data-show={name}]")


def number(tab, name):
    text = shown(tab, name).replace(",", "")
    return float(text) if text != "–" else 0.0


def status(tab):
    return tab.inner_text(".pg-status >> nth=0")


def opened(tab, site):
    tab.goto(f"{site}gpt.html")
    tab.wait_for_selector(".pg-play")
    return tab


def started(tab, site, eventually):
    """The page with a model of its own, at step 0."""
    opened(tab, site)
    tab.click("[data-do=reset]")
    assert eventually(tab, lambda: "A new model" in status(tab))
    assert shown(tab, "step") == "0"
    return tab


def train(tab, eventually, steps):
    """Let it train for so many steps at least, and pause it."""
    tab.click("[data-do=play]")
    assert eventually(tab, lambda: number(tab, "step") >= steps)
    tab.click("[data-do=play]")
    assert eventually(tab, lambda: "Paused" in status(tab))
    return tab


# --- Before Start ---


def test_little_is_loaded_before_start(page, site):
    opened(page, site)
    loaded = live_files(page)
    assert any("gpt/main.mjs" in name for name, _ in loaded)
    assert not any(name.endswith(".wasm") for name, _ in loaded)
    assert 0 < sum(size for _, size in loaded) < MOST_SCRIPT
    assert page.workers == []


def test_a_run_stands_there_before_start(page, site):
    opened(page, site)
    assert number(page, "step") == 3000
    assert 1 < number(page, "loss") < 3
    assert page.locator(".gpt-names li").count() == 5
    assert page.locator(".gpt-head").count() == 4
    assert page.locator(".gpt-cell").count() > 200
    assert "Start loads" in status(page)


def test_the_whole_program_stands_below(page, site):
    opened(page, site)
    assert page.locator("text=class Position").count()
    with page.expect_download() as found:
        page.click("text=the names")
    names = found.value.path().read_text("utf-8").split()
    assert len(names) > 500


# --- Training ---


def test_it_learns(page, site, eventually):
    tab = started(page, site, eventually)
    tab.click("[data-do=step]")
    assert eventually(tab, lambda: shown(tab, "step") == "1")
    assert 3.2 < number(tab, "loss") < 3.4  # of guessing: log 27
    train(tab, eventually, 1000)
    assert number(tab, "loss") < 2.9
    assert number(tab, "unseen") < 2.9
    assert number(tab, "rate") > 0
    assert number(tab, "letters") > number(tab, "rate")
    assert "ms" in shown(tab, "here")
    assert tab.locator(".gpt-names li").count() >= 2


def test_losses_are_those_of_the_same_files_outside(page, site, eventually):
    tab = opened(page, site)
    losses = tab.evaluate(
        """async () => {
          const { Helper } = await import("./_static/live/helper.mjs");
          const script = "./_static/live/gpt/training.mjs";
          const helper = new Helper(new URL(script, document.baseURI));
          await helper.ask("begin");
          const losses = [];
          while (losses.length < 20) {
            losses.push(...(await helper.ask("advance", 1)).losses);
          }
          helper.stop();
          return losses;
        }"""
    )
    text = tab.evaluate("document.getElementById('pg-built').textContent")
    built = json.loads(text)["losses"][:20]
    assert [round(loss, 3) for loss in losses] == built


def test_a_reset_while_it_trains_goes_on_from_the_beginning(
    page, site, eventually
):
    tab = started(page, site, eventually)
    tab.select_option("[name=pace]", "50")
    tab.click("[data-do=play]")
    assert eventually(tab, lambda: number(tab, "step") >= 20)
    tab.click("[data-do=reset]")
    assert eventually(tab, lambda: number(tab, "step") < 20)
    before = number(tab, "step")
    assert eventually(tab, lambda: number(tab, "step") > before)


def test_the_keyboard_is_enough(page, site, eventually):
    tab = started(page, site, eventually)
    tab.focus("[data-do=play]")
    tab.keyboard.press("Enter")
    assert eventually(tab, lambda: number(tab, "step") > 10)
    tab.keyboard.press("Enter")
    assert eventually(tab, lambda: "Paused" in status(tab))
    tab.focus(".gpt-cell[tabindex='0']")
    tab.keyboard.press("ArrowDown")
    label = "document.activeElement.getAttribute('aria-label')"
    assert tab.evaluate(label).startswith("normed 0:")
    tab.keyboard.press("Enter")
    assert "normed 0" in tab.inner_text(".gpt-detail")


# --- The reader's name ---


def test_the_name_of_the_reader_is_read(page, site, eventually):
    tab = started(page, site, eventually)
    tab.fill("[name=name]", "Zoe!")
    assert tab.input_value("[name=name]") == "zoe"
    columns = tab.locator(".gpt-after")
    assert eventually(tab, lambda: columns.count() == 4)
    assert columns.all_inner_texts() == [".", "z", "o", "e"]
    tab.fill("[name=name]", "bartholomew")
    assert tab.input_value("[name=name]") == "bartholom"
    assert "Up to 9 letters" in status(tab)


# --- What goes wrong, and coming back ---


@pytest.mark.parametrize("lost", ["training.mjs", "step.wasm"])
def test_what_does_not_come_is_said_and_can_be_tried_again(
    page, site, eventually, lost
):
    page.trouble.excuse(lost)
    opened(page, site)
    page.context.route(f"**/gpt/{lost}", lambda route: route.abort())
    page.click("[data-do=play]")
    assert eventually(page, lambda: "tries it again" in status(page))
    page.context.unroute(f"**/gpt/{lost}")
    page.click("[data-do=play]")
    assert eventually(page, lambda: number(page, "step") > 3000 or
                      "Training." in status(page))  # fmt: skip
    page.click("[data-do=play]")


def test_a_browser_without_webassembly_is_told_so(page, site, eventually):
    opened(page, site)

    def without(route):
        text = route.fetch().text()
        lost = f"delete globalThis.WebAssembly;\n{text}"
        route.fulfill(body=lost, content_type="text/javascript")

    page.context.route("**/gpt/training.mjs", without)
    page.click("[data-do=play]")
    assert eventually(page, lambda: "no WebAssembly" in status(page))
    assert "tries it again" in status(page)
    page.context.unroute("**/gpt/training.mjs")


def test_a_browser_without_workers_is_told_so(page, site, eventually):
    opened(page, site)
    page.evaluate("() => { delete window.Worker; }")
    page.click("[data-do=play]")
    assert eventually(page, lambda: "Worker" in status(page))
    assert "tries it again" in status(page)


HIDE = """(hidden) => {
  Object.defineProperty(document, "hidden", {
    configurable: true, get: () => hidden });
  document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
}"""


def test_it_stops_while_nobody_looks(page, site, eventually):
    tab = started(page, site, eventually)
    tab.select_option("[name=pace]", "50")
    tab.click("[data-do=play]")
    assert eventually(tab, lambda: number(tab, "step") > 2)
    tab.evaluate(HIDE, True)
    assert eventually(tab, lambda: "nobody looks" in status(tab))
    before = number(tab, "step")
    tab.wait_for_timeout(300)
    assert number(tab, "step") <= before + 1
    tab.evaluate(HIDE, False)
    assert eventually(tab, lambda: number(tab, "step") > before + 2)


def test_going_back_to_the_page_begins_a_new_model(page, site, eventually):
    tab = started(page, site, eventually)
    train(tab, eventually, 20)
    away_and_back(tab, site)
    assert eventually(tab, lambda: "Back again" in status(tab))
    assert shown(tab, "step") == "0"
    train(tab, eventually, 10)


def test_a_name_typed_while_it_loads_does_not_end_it(page, site, eventually):
    held = []
    page.route("**/gpt/step.wasm", lambda route: held.append(route))
    page.goto(f"{site}gpt.html")
    page.click("[data-do=play]")
    assert eventually(page, lambda: held)
    page.fill("[name=name]", "zoe")
    page.wait_for_timeout(300)
    assert status(page).startswith("Loading"), status(page)
    held[0].continue_()
    assert eventually(page, lambda: number(page, "step") > 0), status(page)


def test_what_does_not_come_is_named(page, site, eventually):
    page.trouble.excuse("step.wasm", "ERR_FAILED")
    page.route("**/gpt/step.wasm", lambda route: route.abort())
    page.goto(f"{site}gpt.html")
    page.click("[data-do=play]")
    words = "step.wasm did not come. Start tries it again."
    assert eventually(page, lambda: words in status(page)), status(page)
    page.unroute("**/gpt/step.wasm")
    page.click("[data-do=play]")
    assert eventually(page, lambda: number(page, "step") > 0)


def test_training_takes_no_more_memory(page, site, eventually):
    tab = started(page, site, eventually)
    tab.click("[data-do=play]")
    assert eventually(tab, lambda: number(tab, "step") >= 200)
    before = tab.evaluate(HEAP)
    assert eventually(tab, lambda: number(tab, "step") >= 2000)
    assert tab.evaluate(HEAP) < before + MORE


def test_a_run_ends_at_its_last_step_and_begins_again(page, site, eventually):
    def shorter(route):
        text = route.fetch().text()
        assert '"steps": 10000' in text
        text = text.replace('"steps": 10000', '"steps": 40')
        route.fulfill(body=text, content_type="text/html")

    page.context.route("**/gpt.html", shorter)
    tab = started(page, site, eventually)
    page.context.unroute("**/gpt.html")
    tab.click("[data-do=play]")
    assert eventually(tab, lambda: "Done: 40 steps" in status(tab))
    assert shown(tab, "step") == "40"
    tab.select_option("[name=pace]", "5")
    tab.click("[data-do=play]")
    assert eventually(tab, lambda: 0 < number(tab, "step") < 40)


# --- Every number ---


def test_numbers_are_followed(page, live, eventually):
    tab = started(page, live, eventually)
    tab.fill("[name=name]", "eva")
    train(tab, eventually, 50)
    tab.click("[data-do=python]")
    assert eventually(tab, lambda: tab.locator(
        ".gpt-positions button").count() == 4)  # fmt: skip
    text = tab.locator(".gpt-python-text")
    assert eventually(tab, lambda: "Choose one" in text.inner_text())
    tab.click(".gpt-positions button >> nth=2")
    pressed = "[aria-pressed=true]"
    letter = tab.locator(f".gpt-positions {pressed}")
    assert eventually(tab, lambda: letter.inner_text() == "v")
    tab.click(".gpt-row:nth-child(3) .gpt-cell >> nth=5")
    title = tab.locator(".gpt-title b")
    assert eventually(tab, lambda: title.inner_text() == "query 5 at v")
    tab.click(".gpt-detail tbody tr:first-child button")
    product = "query[5][0] × normed 0 at v"
    assert eventually(tab, lambda: title.inner_text() == product)
    tab.click(".gpt-back")
    assert eventually(tab, lambda: title.inner_text() == "query 5 at v")


# --- The whole page ---


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(page, site, eventually, picture, theme):
    in_theme(page, theme)
    tab = started(page, site, eventually)
    train(tab, eventually, 400)
    picture(tab, f"gpt-{theme}", full_page=True)
    assert complaints(tab, of="#pg-root") == []


def test_nothing_is_wider_than_a_phone(page, site, eventually):
    page.set_viewport_size(PHONE)
    tab = started(page, site, eventually)
    train(tab, eventually, 100)
    wide = "document.documentElement.scrollWidth"
    assert tab.evaluate(wide) <= PHONE["width"]
