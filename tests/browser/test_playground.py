"""The playground in a browser: the same numbers, and it does what it says."""

import dataclasses
import functools
import re

import pytest
from conftest import away_and_back, complaints, in_theme, live_files

from page_programs.playground import Playground, Settings

MOST_SCRIPT = 150_000  # bytes before the reader asks for anything
SMALL = "data=xor&n=12&hidden=3&seed=3"
OWN = Settings(data="xor", n=12, hidden=[3], seed=3)
# Transcendental functions come from another C library in a browser.
ROUNDING = 1e-12

ASK = """async ([script, settings, questions]) => {
  const { Python } = await import(script);
  window.python ??= new Python();
  const name = "page_programs.playground";
  await window.python.call(`${name}.begin`, settings);
  return window.python.call(`${name}.ask`, ...questions);
}"""


def opened(tab, live, fragment=""):
    tab.goto(f"{live}playground.html#{fragment}")
    tab.wait_for_selector(".pg-play")
    return tab


AGAIN = """(text) => {
  document.querySelector(".pg-status").textContent = "";
  if (location.hash !== text) location.hash = text;
  else document.querySelector("[data-do=reset]").click();
}"""


def started(tab, live, eventually, fragment=SMALL):
    """The playground with Python loaded, at step 0 of a new network."""
    if tab.locator(".pg-started").count():
        tab.evaluate(AGAIN, f"#{fragment}")
    else:
        opened(tab, live, fragment)
        tab.click("[data-do=reset]")
    assert eventually(tab, lambda: "new network" in status(tab))
    assert shown(tab, "step") == "0"
    tab.check("[name=tool][value=probe]", force=True)
    return tab


@pytest.fixture
def play(shared_page, live, eventually):
    """Opens the playground with Python loaded, at what an address says."""
    return functools.partial(started, shared_page, live, eventually)


def shown(tab, name):
    return tab.inner_text(f"[data-show={name}]")


def number(tab, name):
    return int(shown(tab, name).replace(",", ""))


def status(tab):
    return tab.inner_text(".pg-status")


def rows(tab):
    return tab.locator(".pg-points tbody tr").count()


def step(tab, eventually, count=1):
    """Press One step, and wait until it is made."""
    before = number(tab, "step")
    for k in range(1, count + 1):
        tab.click("[data-do=step]")
        assert eventually(tab, lambda k=k: number(tab, "step") == before + k)


def place(tab, u, v):
    """Click on the plane, at a part of its width and height."""
    box = tab.locator(".pg-canvas").bounding_box()
    position = {"x": u * box["width"], "y": v * box["height"]}
    tab.locator(".pg-canvas").click(position=position)


# --- Before Start ---


def test_little_is_loaded_before_start(page, live):
    opened(page, live)
    loaded = live_files(page)
    assert any("playground/main.mjs" in name for name, _ in loaded)
    assert 0 < sum(size for _, size in loaded) < MOST_SCRIPT
    assert page.workers == []


def test_a_picture_stands_there_before_start(page, live, eventually):
    opened(page, live)
    size = "document.querySelector('.pg-canvas').toDataURL().length"
    blank = 10_000  # characters are far more than an empty one has
    assert eventually(page, lambda: page.evaluate(size) > blank)
    assert shown(page, "step") == "60"
    assert rows(page) == 100
    assert page.locator(".pg-box").count() > 30


def test_page_and_package_have_the_same_defaults(page, live):
    page.goto(live)
    script = f"{live}_static/live/playground/settings.mjs"
    read = "async (script) => (await import(script)).DEFAULTS"
    expected = dataclasses.asdict(Settings())
    expected.pop("edits")
    assert page.evaluate(read, script) == expected


def test_a_link_to_another_run_shows_no_picture_of_the_built_one(page, live):
    opened(page, live, "data=spirals")
    assert not page.locator(".pg-canvas").is_visible()
    assert not page.locator(".pg-points tbody").is_visible()
    assert "Start computes what the settings say." == status(page)
    page.select_option("[name=data]", "moons")
    assert page.locator(".pg-canvas").is_visible()


def test_a_link_to_another_run_says_what_start_draws(page, live):
    opened(page, live, "data=spirals&hidden=4&removed=1")
    told = page.inner_text(".pg-start-other")
    assert "set spirals; hidden layers 4; points changed by hand" in told
    assert page.locator(".pg-network canvas").is_visible()
    assert page.locator(".pg-curves .pg-waits").is_visible()
    opened(page, live)
    page.reload()
    assert not page.locator(".pg-start-other").is_visible()
    assert not page.locator(".pg-curves .pg-waits").is_visible()


def test_a_button_that_loads_python_says_so_beforehand(page, live, eventually):
    opened(page, live, SMALL)
    button = page.locator("[data-do=script]")
    assert re.fullmatch(
        r"Copy as Python \(loads \d+ MB\)", button.inner_text()
    )
    started(page, live, eventually)
    assert "Copy as Python" == button.inner_text()


def test_buttons_wait_while_python_is_loading(page, live, eventually):
    opened(page, live, SMALL)
    # At once, in the page: Python may be there before it is asked again.
    assert page.evaluate(
        """() => {
          document.querySelector(".pg-start-button").click();
          return document.querySelector("[data-do=step]").disabled;
        }"""
    )
    assert eventually(page, page.locator("[data-do=step]").is_enabled)


def test_loading_tells_what_and_how_much(page, live, eventually):
    opened(page, live, SMALL)
    page.evaluate(
        """() => {
          window.said = [];
          const text = document.querySelector(".pg-start-text");
          new MutationObserver(() => window.said.push(text.textContent))
            .observe(text, { childList: true });
        }"""
    )
    page.click(".pg-start-button")
    assert eventually(page, page.locator(".pg-started").count)
    said = page.evaluate("window.said")
    assert any(re.search(r"Python, \d+\.\d of \d+\.\d MB", s) for s in said)
    assert any("starting Python" in one for one in said)


def test_a_file_that_does_not_come_leaves_start_to_try_again(
    page, live, eventually
):
    page.trouble.excuse("packages.zip")
    page.context.route("**/packages.zip", lambda route: route.abort())
    opened(page, live, SMALL)
    page.click(".pg-start-button")
    text = page.locator(".pg-start-text")
    assert eventually(page, lambda: "tries it again" in text.inner_text())
    assert "packages.zip did not come" in text.inner_text()
    page.context.unroute("**/packages.zip")
    page.click(".pg-start-button")
    assert eventually(page, page.locator(".pg-started").count)


# --- Numbers ---


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"data": "xor", "n": 12, "activation": "gelu", "hidden": [4]},
        {"data": "yin_yang", "n": 30, "hidden": [4], "batch": 7},
    ],
    ids=["the default", "gelu", "three classes"],
)
def test_a_browser_and_cpython_go_through_the_same_losses(
    shared_page, live, settings
):
    shared_page.goto(live)
    script = f"{live}_static/live/runtime.mjs"
    questions = [["advance", 20]]
    given = [script, settings, questions]
    (answer,) = shared_page.evaluate(ASK, given)
    expected = Playground(Settings(**settings)).advance(20)["losses"]
    assert answer["losses"] == pytest.approx(expected, rel=ROUNDING)
    assert len(answer["losses"]) == 20


def test_the_page_shows_the_numbers_of_the_package(play, eventually):
    tab = play()
    own = Playground(OWN)
    step(tab, eventually, 3)
    losses = own.advance(3)["losses"]
    assert shown(tab, "loss") == f"{losses[-1]:.4f}"
    share = own.table()["train"]["accuracy"]
    expected = f"{100 * share:.0f} %"
    assert eventually(tab, lambda: shown(tab, "right") == expected)
    cell = ".pg-parameters tbody tr:first-child td:nth-child(2)"
    weight = f"{own.parameters[0].data:.4f}".replace("-", "−")
    tab.locator(cell).scroll_into_view_if_needed()
    assert eventually(tab, lambda: tab.inner_text(cell) == weight)


def test_training_runs_to_the_step_it_should_stop_at(play, eventually):
    tab = play(f"{SMALL}&until=200")
    tab.click("[data-do=play]")
    assert eventually(tab, lambda: shown(tab, "step") == "200")
    assert eventually(tab, lambda: "Paused" in status(tab))
    tab.wait_for_timeout(200)
    assert shown(tab, "step") == "200"


def test_pause_ends_training_and_epochs_are_counted(play, eventually):
    tab = play(f"{SMALL}&batch=5&until=1000000")
    tab.click("[data-do=epoch]")
    assert eventually(tab, lambda: shown(tab, "epoch") == "1")
    assert shown(tab, "step") == "3"
    tab.click("[data-do=play]")
    assert eventually(tab, lambda: number(tab, "epoch") > 1)
    tab.click("[data-do=play]")
    assert eventually(tab, lambda: "Paused" in status(tab))

    def stands():
        there = shown(tab, "step")
        tab.wait_for_timeout(300)
        return shown(tab, "step") == there

    assert eventually(tab, stands)  # the last message may be under way


def without_the_worker(tab):
    """Let the worker that trains not come."""
    tab.context.route("**/training.mjs", lambda route: route.abort())


def test_where_the_worker_does_not_come_python_trains(page, live, eventually):
    without_the_worker(page)
    tab = started(page, live, eventually)
    page.context.unroute("**/training.mjs")
    page.trouble.clear()
    step(tab, eventually, 3)
    losses = Playground(OWN).advance(3)["losses"]
    assert shown(tab, "loss") == f"{losses[-1]:.4f}"
    tab.click("[data-do=play]")
    assert eventually(tab, lambda: number(tab, "step") > 20)
    assert len(tab.workers) == 1


ASKED = """
window.asked = [];
const post = Worker.prototype.postMessage;
Worker.prototype.postMessage = function (message, ...more) {
  if (message.type === "call") window.asked.push(JSON.stringify(message));
  return post.call(this, message, ...more);
};"""


def test_python_is_not_asked_for_steps(page, live, eventually):
    page.add_init_script(ASKED)
    tab = started(page, live, eventually, f"{SMALL}&until=6000")
    tab.click("[data-do=play]")
    assert eventually(tab, lambda: shown(tab, "step") == "6,000")
    asked = tab.evaluate("asked")
    assert any("coefficients" in one for one in asked)
    assert not any("advance" in one for one in asked)


def test_steps_are_taken_back_and_made_again(play, eventually):
    tab = play()
    step(tab, eventually, 3)
    loss = shown(tab, "loss")
    tab.click("[data-do=back]")
    assert eventually(tab, lambda: shown(tab, "step") == "2")
    losses = Playground(OWN).advance(2)["losses"]
    assert shown(tab, "loss") == f"{losses[-1]:.4f}"
    assert "Back at step 2" in status(tab)
    step(tab, eventually)
    assert shown(tab, "loss") == loss
    for k in (2, 1, 0):
        tab.click("[data-do=back]")
        assert eventually(tab, lambda k=k: shown(tab, "step") == str(k))
    tab.click("[data-do=back]")
    assert eventually(tab, lambda: "No step before" in status(tab))


def test_a_setting_that_is_changed_while_it_trains_holds_at_once(
    play, eventually
):
    tab = play(f"{SMALL}&until=1000000")
    tab.click("[data-do=play]")
    for name in ("SGD", "RMSprop"):
        tab.select_option("[name=optimizer]", name)
        before = number(tab, "step")
        assert eventually(tab, lambda n=before: number(tab, "step") > n)
    place(tab, 0.25, 0.5)
    tab.click("[data-do=play]")
    assert eventually(tab, lambda: "Paused" in status(tab))
    tab.select_option("[name=speed]", "100")
    before = number(tab, "step")
    tab.click("[data-do=play]")
    assert eventually(tab, lambda: number(tab, "step") > before)
    tab.click("[data-do=play]")
    tab.select_option("[name=speed]", "0")


def test_a_run_that_diverges_says_so_and_the_page_goes_on(play, eventually):
    worst = "activation=relu&optimizer=SGD&loss=mse_loss&lr=10&n=20&hidden=4"
    tab = play(f"{worst}&until=1000000")
    tab.click("[data-do=play]")
    words = "Choose a smaller learning rate"
    assert eventually(tab, lambda: words in status(tab))
    assert re.search(r"diverged at step \d+", status(tab))
    first = status(tab)
    tab.click("[data-do=play]")  # it diverges again, and says so
    assert eventually(
        tab, lambda: words in status(tab) and status(tab) != first
    )
    tab.fill("[name=lr]", "0.01")
    tab.press("[name=lr]", "Tab")
    tab.click("[data-do=reset]")
    assert eventually(tab, lambda: "new network" in status(tab))
    step(tab, eventually, 2)


def test_going_back_to_the_page_begins_a_new_run(page, live, eventually):
    tab = started(page, live, eventually)
    step(tab, eventually)
    away_and_back(tab, live)
    assert eventually(tab, lambda: "Back again" in status(tab))
    step(tab, eventually, 2)
    assert number(tab, "step") == 2


BACK = """() => addEventListener("pageshow", () => {
  const seen = (selector) => {
    const element = document.querySelector(selector);
    return getComputedStyle(element).visibility === "visible";
  };
  window.back = {
    play: document.querySelector("[data-do=play]").disabled,
    shown: [".pg-canvas", "[data-show=loss]", "tbody"].filter(seen),
    waits: seen(".pg-waits"),
  };
})"""


def test_back_on_the_page_the_old_run_is_gone_until_python_is_there(
    page, live, eventually
):
    tab = started(page, live, eventually)
    step(tab, eventually)
    tab.evaluate(BACK)
    away_and_back(tab, live)
    expected = {"play": True, "shown": [], "waits": True}
    assert tab.evaluate("back") == expected
    assert eventually(tab, lambda: "Back again" in status(tab))
    assert tab.locator("[data-do=play]").is_enabled()
    assert tab.locator(".pg-canvas").is_visible()


def test_play_starts_again_what_did_not_come_back(page, live, eventually):
    tab = started(page, live, eventually)
    tab.trouble.excuse("packages.zip", "ERR_FAILED")
    tab.route("**/packages.zip", lambda route: route.abort())
    away_and_back(tab, live)
    failed = "packages.zip did not come. Play starts it again."
    assert eventually(tab, lambda: failed in status(tab)), status(tab)
    tab.click("[data-do=step]")
    assert eventually(tab, lambda: "trying again" in status(tab))
    assert eventually(tab, lambda: failed in status(tab)), status(tab)
    tab.unroute("**/packages.zip")
    tab.click("[data-do=step]")
    assert eventually(tab, lambda: shown(tab, "step") == "1")


# --- Points ---


def test_a_click_adds_a_point_that_the_address_keeps(play, eventually):
    tab = play()
    tab.click(".pg-tool-add1")
    place(tab, 0.25, 0.5)
    assert eventually(tab, lambda: rows(tab) == 13)
    added = re.compile(r"added=-0\.(09|1)\d*_0\.(49|5)\d*_1$")
    assert eventually(tab, lambda: added.search(tab.url)), tab.url
    address = tab.url.partition("#")[2]
    play()
    assert eventually(tab, lambda: rows(tab) == 12)
    play(address)
    assert eventually(tab, lambda: rows(tab) == 13)
    step(tab, eventually)


def test_a_point_is_dragged_and_removed(play, eventually):
    tab = play("data=empty&hidden=2&added=0_0_1")
    tab.click(".pg-tool-move")
    box = tab.locator(".pg-canvas").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    tab.mouse.move(x, y)
    tab.mouse.down()
    tab.mouse.move(x + box["width"] / 4, y, steps=4)
    tab.mouse.up()
    there = re.compile(r"added=(1|0\.99\d*)_0(\.00\d)?_1")
    assert eventually(tab, lambda: there.search(tab.url)), tab.url
    tab.click(".pg-tool-remove")
    place(tab, 0.75, 0.5)
    assert eventually(tab, lambda: rows(tab) == 0)


def test_the_keyboard_reaches_the_plane(play, eventually):
    tab = play()
    tab.click(".pg-tool-add0")
    tab.focus(".pg-canvas")
    tab.keyboard.press("ArrowRight")
    tab.keyboard.press("Enter")
    assert eventually(tab, lambda: rows(tab) == 13)
    tab.keyboard.press("Delete")
    assert eventually(tab, lambda: rows(tab) == 12)


@pytest.mark.parametrize("act", ["play", "step", "epoch"])
def test_training_without_points_says_what_is_missing(play, eventually, act):
    tab = play("data=empty&hidden=2")
    tab.click(f"[data-do={act}]")
    assert eventually(tab, lambda: "add some" in status(tab))
    tab.wait_for_timeout(300)
    assert "add some" in status(tab)


# --- Settings and the probe ---


def test_other_widths_begin_a_new_network(play, eventually):
    tab = play()
    step(tab, eventually)
    tab.fill("[name=hidden]", "5, 4")
    tab.press("[name=hidden]", "Tab")
    assert eventually(tab, lambda: "44 parameters" in status(tab)), status(tab)
    assert shown(tab, "step") == "0"
    assert eventually(tab, lambda: "hidden=5-4" in tab.url)


@pytest.mark.parametrize(
    ("name", "typed", "words", "taken"),
    [
        ("n", "1000", "from 1 to 400: 400 holds", "400"),
        ("lr", "-1", "from 0 to 10: 0 holds", "0"),
        ("hidden", "abc", "such as 8, 8", "3"),
        ("hidden", "64, 4", "widths from 1 to 32", "32, 4"),
        ("until", "0", "from 1 to 1,000,000: 1 holds", "1"),
    ],
)
def test_what_cannot_be_taken_is_said(
    play, eventually, name, typed, words, taken
):
    tab = play()
    tab.fill(f"[name={name}]", typed)
    tab.press(f"[name={name}]", "Tab")
    assert eventually(tab, lambda: words in status(tab)), status(tab)
    assert taken == tab.input_value(f"[name={name}]")


def test_another_optimiser_goes_on(play, eventually):
    tab = play()
    step(tab, eventually)
    tab.select_option("[name=optimizer]", "SGD")
    step(tab, eventually)
    own = Playground(OWN)
    own.advance(1)
    own.change("optimizer", "SGD")
    assert shown(tab, "loss") == f"{own.advance(1)['losses'][0]:.4f}"


def test_the_probe_is_set_by_a_click_and_by_numbers(play, eventually):
    tab = play()
    place(tab, 0.05, 0.05)
    x, y = (float(tab.input_value(f"[name={name}]")) for name in "xy")
    assert (x, y) == pytest.approx((-0.58, 1.58), abs=0.02)
    tab.select_option("[name=class]", "0")
    tab.fill("[name=x]", "-0.5")
    tab.press("[name=x]", "Tab")
    tab.locator(".pg-graph").scroll_into_view_if_needed()
    graph = Playground(OWN).probe(-0.5, y, 0)
    loss = f"loss = {graph['boxes'][-1]['data']:.3f}"
    last = tab.locator(".pg-output .pg-data")
    assert eventually(tab, lambda: last.inner_html() == loss)


def test_a_box_of_the_graph_tells_what_it_adds_up(play, eventually):
    tab = play("data=xor&n=12&hidden=16&seed=3")
    tab.locator(".pg-graph").scroll_into_view_if_needed()
    boxes = tab.locator(".pg-neuron")
    assert eventually(tab, lambda: boxes.count() == 17)
    boxes.nth(2).click()
    name = tab.inner_text(".pg-chosen-name")
    assert name == "layers.0.neurons.2"
    assert tab.locator(".pg-detail tbody tr").count() == 3  # x, y, bias


def test_python_says_why_it_refuses(play, eventually):
    tab = play("hidden=32-32-32-32")
    tab.click("[data-do=step]")
    assert eventually(tab, lambda: "smaller batches" in status(tab))


# --- The whole page ---


def test_leaving_the_page_ends_the_worker(page, live, eventually):
    tab = started(page, live, eventually)
    assert len(tab.workers) == 2  # Python, and the one that trains
    tab.goto(f"{live}index.html")
    assert eventually(tab, lambda: tab.workers == [])


def test_memory_stays_where_it_is_for_ten_thousand_steps(page, live):
    page.goto(live)
    script = f"{live}_static/live/runtime.mjs"
    settings = {"data": "xor", "n": 10, "hidden": [3]}
    page.evaluate(ASK, [script, settings, [["advance", 200]]])
    size = """async () => {
      let text = "";
      await window.python.run(
        "import pyodide_js; print(pyodide_js._module.HEAP8.length)",
        { onoutput: (output) => (text += output.text) });
      return Number(text);
    }"""
    before = page.evaluate(size)
    name = "page_programs.playground.ask"
    questions = [["advance", 100], ["table"], ["probe", 0, 0, 1]]
    page.evaluate(
        """async ([name, questions]) => {
          for (let k = 0; k < 100; k++)
            await window.python.call(name, ...questions);
        }""",
        [name, questions],
    )
    assert before > 0
    assert page.evaluate(size) <= 1.2 * before


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(page, live, eventually, picture, theme):
    in_theme(page, theme)
    tab = started(page, live, eventually, "levels=1&lines=1")
    step(tab, eventually, 2)
    picture(tab, f"playground-{theme}", full_page=True)
    assert complaints(tab, of="#pg-root") == []


def test_a_phone_shows_all_of_it(page, live, picture):
    page.set_viewport_size({"width": 390, "height": 844})
    opened(page, live)
    wide = page.evaluate("document.documentElement.scrollWidth")
    picture(page, "playground-phone", full_page=True)
    assert wide == 390
