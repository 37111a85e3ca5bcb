"""What a learner can choose in the playground, in a browser.

Test points, regularisation, inputs, the drawn network, questions, run A, and
the playground inside another page.
"""

import functools
import re

import pytest
from conftest import complaints, in_theme, served
from test_playground import (
    OWN,
    SMALL,
    number,
    opened,
    shown,
    started,
    status,
    step,
)

from page_programs.playground import Playground, Settings

TESTED = "data=xor&n=20&hidden=3&seed=3&test=0.3"
BUTTONS = ".pg-tries button"


@pytest.fixture
def play(shared_page, live, eventually):
    """Opens the playground with Python loaded, at what an address says."""
    return functools.partial(started, shared_page, live, eventually)


def slide(tab, name, value):
    """Move a slider, and let it go."""
    tab.locator(f"[name={name}]").evaluate(
        """(field, value) => {
          field.value = value;
          for (const type of ["input", "change"])
            field.dispatchEvent(new Event(type, { bubbles: true }));
        }""",
        str(value),
    )


# --- Data ---


def test_test_points_have_a_loss_of_their_own(play, eventually):
    tab = play(TESTED)
    step(tab, eventually, 2)
    own = Playground(Settings(data="xor", n=20, hidden=[3], seed=3, test=0.3))
    own.advance(2)
    table = own.table()
    expected = f"{table['test']['loss']:.4f}"
    assert eventually(tab, lambda: shown(tab, "test-loss") == expected)
    share = f"{100 * table['test']['accuracy']:.0f} %"
    assert shown(tab, "test-right") == share
    words = tab.inner_text(".pg-curves-said")
    assert words.startswith("Of 14 points trained on")
    assert f"of 6 kept for testing {share}" in words
    last = tab.locator(".pg-points tbody tr").last
    assert "test" in last.inner_text()


def test_without_test_points_nothing_is_said_of_them(play):
    tab = play()
    assert not tab.locator("[data-show=test-loss]").is_visible()
    assert tab.inner_text(".pg-curves-said") == ""


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [("test", 0.25, "25 %"), ("balance", 0.3, "30 %"), ("noise", 0.4, "0.40")],
)
def test_a_slider_says_its_number_and_begins_anew(
    play, eventually, name, value, told
):
    tab = play()
    slide(tab, name, value)
    assert eventually(tab, lambda: f"{name}={value}" in tab.url)
    field = tab.locator(f"[name={name}]")
    assert field.get_attribute("aria-valuetext") == told
    assert field.locator("xpath=../output").inner_text() == told
    assert eventually(tab, lambda: "new network" in status(tab))


def test_a_rare_class_has_few_points(play):
    tab = play("data=moons&n=20&hidden=2&balance=0.1")
    expected = tab.locator(".pg-points tbody td:nth-child(4)")
    assert sorted(expected.all_inner_texts()) == ["■ 1"] * 2 + ["● 0"] * 18


def test_what_the_data_do_not_have_cannot_be_set(play):
    tab = play("data=yin_yang&n=12&hidden=2")
    assert tab.locator("[name=noise]").is_disabled()
    assert tab.locator("[name=balance]").is_disabled()
    assert tab.locator("[name=test]").is_enabled()


# --- The network and its loss ---


def test_another_input_makes_the_first_layer_larger(play, eventually):
    tab = play()
    tab.check("[name=inputs][value=xy]", force=True)
    assert eventually(tab, lambda: "16 parameters" in status(tab)), status(tab)
    assert eventually(tab, lambda: "inputs=x-y-xy" in tab.url)
    step(tab, eventually, 2)
    inputs = ["x", "y", "xy"]
    own = Playground(
        Settings(data="xor", n=12, hidden=[3], seed=3, inputs=inputs)
    )
    assert shown(tab, "loss") == f"{own.advance(2)['losses'][-1]:.4f}"


def test_the_last_input_stays(play, eventually):
    tab = play(f"{SMALL}&inputs=xx")
    tab.dispatch_event("[name=inputs][value=xx]", "click")
    assert eventually(tab, lambda: "at least one input" in status(tab))
    assert tab.is_checked("[name=inputs][value=xx]")


@pytest.mark.parametrize("kind", ["l1", "l2"])
def test_regularisation_goes_on_with_the_run(play, eventually, kind):
    tab = play()
    step(tab, eventually)
    tab.select_option("[name=penalty]", kind)
    tab.fill("[name=penalty_rate]", "0.05")
    tab.press("[name=penalty_rate]", "Tab")
    assert eventually(tab, lambda: f"penalty={kind}" in tab.url)
    assert eventually(tab, lambda: "penalty_rate=0.05" in tab.url)
    step(tab, eventually)
    own = Playground(OWN)
    own.advance(1)
    own.change("penalty_rate", 0.05)
    own.change("penalty", kind)
    assert shown(tab, "loss") == f"{own.advance(1)['losses'][0]:.4f}"


def test_another_loss_judges_the_test_points_anew(play, eventually):
    tab = play(TESTED)
    own = Playground(Settings(data="xor", n=20, hidden=[3], seed=3, test=0.3))
    for name in ("mse_loss", "hinge_loss"):
        tab.select_option("[name=loss]", name)
        own.change("loss", name)
        expected = f"{own.table()['test']['loss']:.4f}"
        assert eventually(tab, lambda e=expected: shown(tab, "test-loss") == e)


# --- The plane and the drawn network ---

COLOURS = """() => {
  const canvas = document.querySelector(".pg-canvas");
  const { width, height } = canvas;
  const copy = new OffscreenCanvas(width, height);
  const pen = copy.getContext("2d", { willReadFrequently: true });
  pen.drawImage(canvas, 0, 0);
  const { data } = pen.getImageData(0, 0, width, height);
  const seen = new Map();
  for (let k = 0; k < data.length; k += 4) {
    const colour = data.slice(k, k + 3).join();
    seen.set(colour, (seen.get(colour) ?? 0) + 1);
  }
  const most = [...seen.values()].toSorted((a, b) => b - a);
  return (most[0] + most[1]) / (width * height);
}"""


def test_classes_only_leaves_two_colours(play, eventually):
    tab = play(f"{SMALL}&discrete=1")
    assert eventually(tab, lambda: tab.evaluate(COLOURS) > 0.8)
    tab.uncheck("[name=discrete]")
    assert eventually(tab, lambda: tab.evaluate(COLOURS) < 0.5)
    assert eventually(tab, lambda: "discrete" not in tab.url)


def said(tab):
    return tab.inner_text(".pg-network-said")


def test_the_keyboard_goes_through_neurons_and_weights(play, eventually):
    tab = play()
    own = Playground(OWN)
    neuron = own.model.layers[0].neurons[1]
    told = [f"{x.data:.2f}".replace("-", "−") for x in (*neuron.w, neuron.b)]
    tab.focus(".pg-network canvas")
    tab.keyboard.press("ArrowRight")
    assert said(tab).startswith("Input x, from −0.70 to 1.70")
    tab.keyboard.press("ArrowRight")
    tab.keyboard.press("ArrowDown")
    assert said(tab).startswith("Layer 1, neuron 2: from ")
    assert all(one in said(tab) for one in told)
    assert "polite" == tab.get_attribute(".pg-network-said", "aria-live")
    tab.keyboard.press("n")
    weight = f"{neuron.w[0].data:.3f}".replace("-", "−")
    assert said(tab) == f"Weight {weight}, from x to layer 1, neuron 2."
    tab.keyboard.press("Escape")
    assert said(tab).startswith("Point at a neuron")


def test_a_neuron_that_is_pointed_at_is_shown_on_the_plane(play, eventually):
    tab = play(f"{SMALL}&hidden=2")
    picture = "() => document.querySelector('.pg-canvas').toDataURL()"
    before = tab.evaluate(picture)
    canvas = tab.locator(".pg-network canvas")
    box = canvas.bounding_box()
    canvas.hover(position={"x": 25, "y": box["height"] / 2 - 24})
    assert eventually(tab, lambda: said(tab).startswith("Input x"))
    assert eventually(tab, lambda: tab.evaluate(picture) != before)
    looked = tab.evaluate(picture)
    tab.mouse.move(5, 5)
    assert eventually(tab, lambda: said(tab).startswith("Point at"))
    assert eventually(tab, lambda: tab.evaluate(picture) != looked)


def test_a_weight_is_typed_and_training_goes_on_from_it(play, eventually):
    tab = play()
    step(tab, eventually)
    field = tab.locator("[name=parameter]")
    assert not field.is_visible()
    tab.focus(".pg-network canvas")
    for key in ("ArrowRight", "ArrowRight", "n", "Enter"):
        tab.keyboard.press(key)
    assert "weight" == tab.inner_text(".pg-parameter span")
    field.fill("2.5")
    field.press("Enter")
    words = "Weight 2.500, from x to layer 1, neuron 1."
    assert eventually(tab, lambda: said(tab) == words)
    step(tab, eventually)
    own = Playground(OWN)
    own.advance(1)
    own.assign(0, 2.5)
    assert shown(tab, "loss") == f"{own.advance(1)['losses'][0]:.4f}"
    tab.focus(".pg-network canvas")
    tab.keyboard.press("Escape")
    assert not field.is_visible()


def test_a_bias_is_typed_where_there_is_nothing_to_train_on(play, eventually):
    tab = play("data=empty&hidden=2")
    canvas = tab.locator(".pg-network canvas")
    box = canvas.bounding_box()
    canvas.click(position={"x": box["width"] / 2, "y": box["height"] / 2 - 24})
    assert "bias" == tab.inner_text(".pg-parameter span")
    tab.fill("[name=parameter]", "0.75")
    tab.press("[name=parameter]", "Enter")
    assert eventually(tab, lambda: "bias 0.75" in said(tab)), said(tab)


# --- Questions ---


def test_every_button_asks_its_question(page, live):
    opened(page, live)
    for button in page.locator(BUTTONS).all():
        name = button.inner_text()
        button.click()
        asked = page.locator(".pg-question")
        assert asked.inner_text().startswith(f"{name}. "), name
        assert "?" in asked.inner_text()
        answer = asked.locator("details")
        answer.locator("summary").click()
        assert len(answer.inner_text()) > len("Why") + 10
    assert page.locator(BUTTONS).count() >= 6


def test_a_link_to_an_experiment_asks_its_question(page, live):
    opened(page, live)
    assert not page.locator(".pg-question").is_visible()
    fragment = page.get_attribute(f"{BUTTONS} >> nth=3", "data-try")
    page.goto("about:blank")
    opened(page, live, fragment)
    assert page.inner_text(".pg-question").startswith("Dead ReLUs. ")


# --- Run A ---


def compared(tab):
    """The rows that compare run A and the run of now."""
    rows = tab.locator(".pg-compare tbody tr").all()
    cells = [one.locator("th, td").all_inner_texts() for one in rows]
    return {name: (a, b) for name, a, b in cells}


def test_run_a_stays_beside_the_next_run(play, eventually):
    tab = play(SMALL)
    step(tab, eventually, 3)
    loss = shown(tab, "loss")
    tab.click("[data-do=keep]")
    assert eventually(tab, lambda: "Run A is kept" in status(tab))
    tab.select_option("[name=optimizer]", "SGD")
    tab.click("[data-do=reset]")
    assert eventually(tab, lambda: compared(tab).get("step") == ("3", "0"))
    step(tab, eventually)
    assert eventually(tab, lambda: compared(tab)["step"] == ("3", "1"))
    rows = compared(tab)
    assert rows["optimiser"] == ("Adam", "SGD")
    assert rows["loss"][0] == loss
    assert eventually(tab, lambda: "&a=data%3Dxor" in tab.url), tab.url


def test_a_shared_comparison_makes_run_a_again(play, eventually):
    shared = "a=data%3Dxor%26n%3D12%26hidden%3D3%26seed%3D3%26until%3D3"
    tab = play(f"{SMALL}&lr=0.5&{shared}")
    loss = f"{Playground(OWN).advance(3)['losses'][-1]:.4f}"
    assert eventually(tab, lambda: compared(tab).get("step") == ("3", "0"))
    assert compared(tab)["loss"][0] == loss
    assert compared(tab)["learning rate"] == ("0.02", "0.5")
    tab.click("[data-do=goback]")
    assert eventually(tab, lambda: tab.input_value("[name=lr]") == "0.02")
    assert eventually(tab, tab.locator(".pg-compare").is_hidden)
    assert eventually(tab, lambda: "&a=" not in tab.url)


def test_run_a_is_forgotten(play, eventually):
    tab = play(SMALL)
    step(tab, eventually)
    tab.click("[data-do=keep]")
    assert eventually(tab, tab.locator(".pg-compare").is_visible)
    tab.click("[data-do=forget]")
    assert eventually(tab, tab.locator(".pg-compare").is_hidden)
    assert eventually(tab, lambda: "&a=" not in tab.url)


# --- In another page ---


@pytest.fixture
def stranger(tmp_path):
    """The address of a page of somebody else."""
    with served(tmp_path) as address:
        yield tmp_path / "index.html", address


def test_one_line_shows_the_playground_in_another_page(
    page, live, eventually, stranger
):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    opened(page, live, SMALL)
    page.click("[data-do=embed]")
    assert eventually(page, lambda: "HTML is copied" in status(page))
    line = page.evaluate("navigator.clipboard.readText()")
    assert line.count("\n") == 0
    file, address = stranger
    file.write_text(f"<!doctype html><title>Mine</title>{line}", "utf-8")
    page.trouble.excuse(address)
    page.goto(address)
    inside = page.frame_locator("iframe")
    inside.locator(".pg-start-button").click()
    loss = inside.locator("[data-show=loss]")
    assert eventually(page, lambda: inside.locator(".pg-started").count())
    assert eventually(page, lambda: re.match(r"\d", loss.inner_text()))
    for hidden in ("h1", ".bd-header", ".bd-footer", ".pg-settings"):
        assert not inside.locator(hidden).first.is_visible(), hidden
    whole = inside.locator(".pg-if-embed a").get_attribute("href")
    assert whole.endswith("playground.html#data=xor&n=12&seed=3&hidden=3")


@pytest.mark.parametrize("width", [390, 900])
def test_the_embedded_playground_is_no_wider_than_its_frame(
    page, live, picture, width
):
    page.set_viewport_size({"width": width, "height": 740})
    page.goto(f"{live}playground.html?embed#{SMALL}")
    page.wait_for_selector(".pg-play")
    assert page.evaluate("document.documentElement.scrollWidth") == width
    picture(page, f"playground-embed-{width}")
    assert page.locator(".pg-canvas").bounding_box()["y"] < 740 / 2


# --- All of it ---


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(page, live, eventually, picture, theme):
    in_theme(page, theme)
    chosen = f"{TESTED}&inputs=x-y-xx&penalty=l2&discrete=1"
    tab = started(page, live, eventually, chosen)
    step(tab, eventually, 2)
    tab.click("[data-do=keep]")
    assert eventually(tab, tab.locator(".pg-compare").is_visible)
    tab.focus(".pg-network canvas")
    tab.keyboard.press("ArrowRight")
    picture(tab, f"playground-choices-{theme}", full_page=True)
    assert complaints(tab, of="#pg-root") == []
    assert number(tab, "step") == 2
