"""The player of steps: its buttons, its keys, and its numbers."""

import pytest
from conftest import complaints, in_theme

from micrograd import Value
from micrograd.draw.outline import short
from micrograd.live import steps

PAGE = "explanation/why-a-topological-order.html"
CELLS = """(figure) => Object.fromEntries(
  [...figure.querySelectorAll("[data-cell]")]
    .map((cell) => [cell.dataset.cell, cell.textContent]))"""

# What an element has shown, from now on: a busy machine may skip a moment
# in which a test could have looked.
WATCH = """(element) => {
  window.seen = [];
  const note = () => window.seen.push(
    element.getAttribute("transform") ?? element.textContent);
  new MutationObserver(note).observe(
    element, { attributeFilter: ["transform"], childList: true });
}"""


def doubled(x):
    y = x + x
    y.label = "y"
    z = y + y
    z.label = "z"
    return z


def mixed(x):
    y = x + x
    y.label = "y"
    p = y * y
    p.label = "p"
    z = y + p
    z.label = "z"
    return z


X = Value(3.0, label="x")
# The players of the page, in order, as CPython computes them.
EXPECTED = [
    steps(doubled(X), order="recursion"),
    steps(mixed(X), order="discovery"),
    steps(mixed(X)),
]


class Player:
    """One player of a page."""

    def __init__(self, tab, number):
        self.root = tab.locator(".mg-steps").nth(number)
        self.stage = self.root.locator(".mg-stage")

    def press(self, what):
        self.root.locator(f"[data-do={what}]").click()

    @property
    def count(self):
        return self.root.locator(".mg-count").inner_text()

    @property
    def line(self):
        """The line of this step, without what stands below its factors."""
        return self.root.locator(".mg-now").evaluate(
            """(now) => {
              const copy = now.cloneNode(true);
              copy.querySelectorAll("small, em").forEach((e) => e.remove());
              return copy.textContent;
            }"""
        )

    @property
    def cells(self):
        return self.root.evaluate(CELLS)


@pytest.fixture
def players(page, site):
    page.emulate_media(reduced_motion="reduce")
    page.goto(site + PAGE)
    page.locator(".mg-steps[data-ready]").nth(2).wait_for()
    return [Player(page, number) for number in range(3)]


def test_each_player_begins_with_the_gradients_of_the_package(players):
    for player, watched in zip(players, EXPECTED, strict=True):
        last = len(watched) - 1
        assert f"{last} / {last}" == player.count
        for i, value in enumerate(watched.values):
            grad = watched.gradients[value]
            assert f"grad {grad:.4f}" == player.cells[f"g{i}"]
            assert f"data {value.data:.4f}" == player.cells[f"d{i}"]


def test_each_step_shows_the_arithmetic_of_the_package(players):
    for player, watched in zip(players, EXPECTED, strict=True):
        player.press("start")
        for i, frame in enumerate(watched):
            assert f"{i} / {len(watched) - 1}" == player.count
            assert frame.line == player.line
            player.press("forward")


def test_gradients_appear_one_by_one(players):
    player, watched = players[2], EXPECTED[2]
    player.press("start")
    numbers = dict.fromkeys(watched.values, "-")
    for frame in watched:
        if frame.operand is not None:
            numbers[frame.operand] = f"{frame.gradient:.4f}"
        expected = [f"grad {number}" for number in numbers.values()]
        assert expected == [player.cells[f"g{i}"] for i in range(4)]
        player.press("forward")


def test_the_buttons_go_where_they_say(players):
    player = players[2]
    last = len(EXPECTED[2]) - 1
    counts = []
    for button in ["start", "forward", "forward", "back", "end", "back"]:
        player.press(button)
        counts.append(int(player.count.split(" ")[0]))
    assert [0, 1, 2, 1, last, last - 1] == counts


def test_the_keys_go_where_they_should(page, players):
    player = players[2]
    last = len(EXPECTED[2]) - 1
    player.stage.focus()
    counts = []
    for key in ["Home", "ArrowRight", "ArrowRight", "ArrowLeft", "End"]:
        page.keyboard.press(key)
        counts.append(int(player.count.split(" ")[0]))
    assert [0, 1, 2, 1, last] == counts


def test_space_plays_and_pauses(page, players, eventually):
    player = players[2]
    player.stage.focus()
    page.keyboard.press("Space")
    assert eventually(page, lambda: not player.count.startswith("0 "))
    page.keyboard.press("Space")
    paused = player.count
    page.wait_for_timeout(2_000)  # longer than a step
    assert paused == player.count


def test_play_begins_again_and_ends_at_the_end(page, players, eventually):
    player = players[0]
    last = len(EXPECTED[0]) - 1
    button = player.root.locator("[data-do=play]")
    player.root.locator(".mg-count").evaluate(WATCH)
    button.click()
    assert "Pause" == button.get_attribute("aria-label")
    player.root.locator("select").select_option("4")

    def ended():
        return "Play" == button.get_attribute("aria-label")

    assert eventually(page, ended)
    every = [f"{step} / {last}" for step in range(last + 1)]
    assert every == page.evaluate("window.seen")


def test_the_slider_and_the_list_of_steps_jump(page, players):
    player = players[2]
    player.root.locator("input[type=range]").fill("3")
    assert player.count.startswith("3 ")
    player.root.locator("summary").click()
    player.root.locator("ol > li").nth(7).click()
    assert player.count.startswith("7 ")
    assert EXPECTED[2][7].line == player.line


def test_players_of_one_page_do_not_disturb_each_other(players):
    before = players[0].count
    players[1].press("start")
    assert before == players[0].count


def test_a_wrong_order_shows_where_it_goes_wrong(players):
    player, watched = players[1], EXPECTED[1]
    early = next(i for i, frame in enumerate(watched) if frame.fault)
    player.press("start")
    for _ in range(early):
        assert player.root.locator(".mg-now em").count() == 0
        player.press("forward")
    assert (
        watched[early].fault == player.root.locator(".mg-now em").inner_text()
    )
    wrong = player.root.locator(".mg-wrong")
    assert ["grad 1.0000"] == wrong.all_text_contents()
    player.press("end")
    assert ["grad 2.0000"] == wrong.all_text_contents()


def test_a_number_travels_along_the_arrows(page, players, eventually):
    page.emulate_media(reduced_motion="no-preference")
    player = players[2]
    pill = player.root.locator(".mg-pill.mg-here")
    player.press("start")
    assert 0 == pill.count()
    for _ in range(5):
        player.press("forward")
    player.root.locator(".mg-pill").evaluate(WATCH)

    def travelled():
        # Again, if the machine was busy elsewhere all the way.
        player.press("back")
        page.evaluate("window.seen.length = 0")
        player.press("forward")
        page.wait_for_timeout(1_000)
        return len(set(page.evaluate("window.seen"))) > 2

    assert eventually(page, travelled)
    # Once it has arrived it covers neither operation nor number.
    assert eventually(page, lambda: pill.count() == 0)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1400, 390])
def test_a_step_can_be_looked_at(page, site, picture, theme, width):
    page.set_viewport_size({"width": width, "height": 900})
    in_theme(page, theme)
    page.emulate_media(reduced_motion="reduce")
    page.goto(site + PAGE)
    player = Player(page, 1)
    for _ in range(3):
        player.press("back")
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= width
    player.root.scroll_into_view_if_needed()
    picture(page, f"stepper-{theme}-{width}")


# --- Inputs that are dragged ---


def neuron(x, w, b):
    n = w * x + b
    n.label = "n"
    return n.tanh()


def product(a, b, c, f):
    return (a * b + c) * f


def others(x, y):
    s = (x - y) / (x * x + 1.0)
    s.label = "s + 1"  # a name as the lecture has them
    return s.exp() - (s * 3.0).relu() + s + s


def named(names, numbers):
    return [Value(x, label=k) for k, x in zip(names, numbers, strict=True)]


MOVED = {
    "neuron": (neuron, "xwb", (2.0, -0.5, 1.5)),
    "product": (product, "abcf", (2.0, -3.0, 10.0, -2.0)),
    "others": (others, "xy", (2.0, -0.5)),
    "as given": (neuron, "xwb", (0.1234567, 6.881373587019543, 1e-7)),
}
# For each input the keys that move it.
KEYS = [
    ["ArrowRight"],
    ["ArrowLeft"] * 3,
    ["PageDown", "ArrowUp"],
    ["Home", "ArrowRight", "PageUp"],
    ["End", "ArrowDown"],
    ["PageUp", "Escape"],
]
INSERT = """(html) => {
  const parsed = document.createRange().createContextualFragment(html);
  document.body.replaceChildren(parsed);
}"""
LINES = """(figure) => [...figure.querySelectorAll("ol > li")].map((line) => {
  const copy = line.cloneNode(true);
  copy.querySelectorAll("small, em").forEach((e) => e.remove());
  return copy.textContent;
})"""


def inserted(page, site, watched):
    """A page with this player and nothing else."""
    page.emulate_media(reduced_motion="reduce")
    page.goto(f"{site}changelog.html")
    page.evaluate(INSERT, watched._repr_html_())
    page.locator(".mg-steps[data-ready]").wait_for()
    return Player(page, 0)


def handle(player, name):
    return player.root.get_by_role("slider", name=name, exact=True)


@pytest.mark.parametrize("name", MOVED)
def test_moved_inputs_give_the_steps_of_the_package(page, site, name):
    function, names, numbers = MOVED[name]
    player = inserted(page, site, steps(function(*named(names, numbers))))
    now = list(numbers)
    for i, letter in enumerate(names):
        for keys in KEYS:
            slider = handle(player, letter)
            slider.focus()
            for key in keys:
                page.keyboard.press(key)
            now[i] = float(slider.get_attribute("aria-valuenow"))
            watched = steps(function(*named(names, now)))
            lines = player.root.evaluate(LINES)
            assert [frame.line for frame in watched] == lines
            cells = player.cells
            for k, value in enumerate(watched.values):
                assert f"data {short(value.data)}" == cells[f"d{k}"]
                if value in watched.gradients:
                    grad = short(watched.gradients[value])
                    assert f"grad {grad}" == cells[f"g{k}"]
        assert now[i] == numbers[i]  # Escape brings it back


def test_an_input_is_dragged_and_then_played(page, site):
    x, w, b = named("xwb", (2.0, -0.5, 1.5))
    player = inserted(page, site, steps(neuron(x, w, b)))
    slider = handle(player, "x")
    box = slider.locator("path").first.bounding_box()
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(*middle)
    page.mouse.down()
    page.mouse.move(middle[0] + 30, middle[1] + 50, steps=3)
    page.mouse.up()
    page.mouse.move(*middle)
    moved = float(slider.get_attribute("aria-valuenow"))
    assert 2.0 < moved < 3.0
    watched = steps(neuron(*named("xwb", (moved, -0.5, 1.5))))
    player.press("start")
    for frame in watched:
        assert frame.line == player.line
        player.press("forward")
    slider.dblclick()
    assert "2" == slider.get_attribute("aria-valuenow")


def test_a_number_that_grows_stays_in_its_box(page, site):
    a, b = named("ab", (1.0, 2.0))
    player = inserted(page, site, steps((a * b).tanh()))
    handle(player, "b").focus()
    page.keyboard.press("End")
    outside = player.root.evaluate(
        """(figure) => [...figure.querySelectorAll("[data-cell]")]
          .filter((cell) => {
            const box = cell.parentNode.querySelector("path").getBBox();
            return cell.getBBox().width > box.width - 4;
          })
          .map(({ textContent }) => textContent)"""
    )
    assert [] == outside
    assert any(len(text) >= 14 for text in player.cells.values())


def test_the_arrows_of_an_input_do_not_step(page, site):
    player = inserted(page, site, steps(neuron(*named("xwb", (2, 3, 4)))))
    before = player.count
    handle(player, "w").focus()
    page.keyboard.press("ArrowLeft")
    assert before == player.count


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_handles_can_be_used_by_all(page, site, theme, picture):
    in_theme(page, theme)
    player = inserted(page, site, steps(neuron(*named("xwb", (2, 3, 4)))))
    handle(player, "w").focus()
    picture(page, f"handles-{theme}")
    assert [] == complaints(page, of=".mg-steps")


def test_what_cannot_be_computed_again_is_not_offered(page, site):
    x, y = named("xy", (2.0, 3.0))
    for root in [x**2 + y, mixed(x) * (y / 0.7).sin()]:
        player = inserted(page, site, steps(root))
        assert 0 == player.root.get_by_role("slider", name="x").count()
    player = inserted(page, site, steps(mixed(x), order="discovery"))
    assert 0 == player.root.get_by_role("slider", name="x").count()
