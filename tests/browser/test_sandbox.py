"""The sandbox: an expression typed into a page is computed by the page."""

import pytest
from conftest import in_theme

from page_programs.sandbox import evaluate

EXAMPLE = ("(a * b + c).tanh()", {"a": 2.0, "b": -0.5, "c": 1.5})


class Sandbox:
    """The page, with what a reader does on it."""

    def __init__(self, tab):
        self.tab = tab
        self.text = tab.locator("#mg-expression")
        self.error = tab.locator(".mg-error")
        self.curve = tab.locator("svg.mg-slope")

    def start(self):
        button = self.tab.locator(".mg-start [type=submit]")
        button.click()
        button.wait_for(state="hidden")

    def result(self):
        return self.tab.locator("[data-piece=result]").inner_text()

    def gradients(self):
        """What the table says of the inputs, as text."""
        table = self.tab.locator("[data-piece=table] table")
        rows = [line.split("\t") for line in table.inner_text().splitlines()]
        return {row[0]: row[3] for row in rows if row[1] == "input"}

    def shows(self, text, inputs):
        answer = evaluate(text, inputs, brief=True)
        return (answer["result"], answer["gradients"]) == (
            self.result(),
            self.gradients(),
        )

    def inputs(self):
        fields = self.tab.locator(".mg-inputs input").all()
        names = [field.get_attribute("name") for field in fields]
        numbers = [float(field.input_value()) for field in fields]
        return dict(zip(names, numbers, strict=True))


@pytest.fixture(scope="module")
def sandbox(shared_page, live):
    """The page, once its Python is there."""
    shared_page.goto(live + "sandbox.html")
    sandbox = Sandbox(shared_page)
    sandbox.start()
    return sandbox


@pytest.fixture
def fresh(page, site):
    page.goto(site + "sandbox.html")
    return Sandbox(page)


# --- Before Python is there ---


def test_the_example_is_that_of_the_package(fresh):
    assert fresh.shows(*EXAMPLE)
    assert EXAMPLE == (fresh.text.input_value(), fresh.inputs())
    assert [] == fresh.tab.workers


def test_a_link_fills_the_form(page, site):
    page.goto(f"{site}sandbox.html#expression=u**v&at=u:3,v:-2&along=v")
    sandbox = Sandbox(page)
    assert ("u**v", {"u": 3.0, "v": -2.0}) == (
        sandbox.text.input_value(),
        sandbox.inputs(),
    )


# --- With Python ---


def test_what_is_typed_is_computed_as_in_the_package(sandbox, eventually):
    text = "e = a * b; d = e + c\nd * f"
    sandbox.text.fill(text)
    inputs = {**EXAMPLE[1], "f": 1.0}
    assert eventually(sandbox.tab, lambda: sandbox.shows(text, inputs))
    sandbox.tab.locator(".mg-inputs input[name=f]").fill("-2")
    inputs["f"] = -2.0
    assert eventually(sandbox.tab, lambda: sandbox.shows(text, inputs))


def test_the_player_plays_what_is_typed(sandbox, eventually):
    sandbox.text.fill("u * v")
    now = sandbox.tab.locator(".mg-steps .mg-now")
    line = "u.grad = 1.0, v.grad = 1.0"
    assert eventually(sandbox.tab, lambda: line in now.text_content())
    sandbox.tab.locator(".mg-steps [data-do=back]").click()
    assert "v.grad += (u.data = 1.0)" in now.text_content()


def test_wrong_input_is_marked_and_explained(sandbox, eventually):
    text = "a * tnah(b)"
    sandbox.text.fill(text)
    expected = evaluate(text)["error"]["message"]
    said = sandbox.error.locator("p")
    assert eventually(
        sandbox.tab,
        lambda: said.count() and said.text_content() == expected,
    )
    assert "tnah(b)" == sandbox.error.locator("mark").inner_text()
    sandbox.text.fill("a * tanh(b)")
    assert eventually(sandbox.tab, lambda: not said.count())


def test_dragging_moves_the_tangent(sandbox, eventually):
    sandbox.text.fill("x * x * x")
    assert eventually(sandbox.tab, lambda: sandbox.shows("x*x*x", {"x": 1.0}))
    box = sandbox.curve.bounding_box()
    mouse, middle = sandbox.tab.mouse, box["y"] + box["height"] / 2
    mouse.move(box["x"] + box["width"] * 0.5, middle)
    mouse.down()
    mouse.move(box["x"] + box["width"] * 0.7, middle, steps=5)
    mouse.up()
    assert eventually(
        sandbox.tab,
        lambda: (
            1.2 < sandbox.inputs()["x"] < 1.6
            and sandbox.shows("x*x*x", sandbox.inputs())
        ),
    ), sandbox.inputs()
    x = sandbox.inputs()["x"]
    told = sandbox.curve.get_attribute("aria-valuetext")
    slope = evaluate("x*x*x", {"x": x}, brief=True)["gradients"]["x"]
    assert told.endswith(f"slope {slope}")


def test_arrow_keys_move_the_tangent(sandbox, eventually):
    sandbox.text.fill("sin(t)")
    assert eventually(sandbox.tab, lambda: sandbox.shows("sin(t)", {"t": 1.0}))
    sandbox.curve.focus()
    for key in ["ArrowLeft", "ArrowRight", "ArrowRight"]:
        sandbox.tab.keyboard.press(key)
    expected = {"t": 1.1}
    assert eventually(
        sandbox.tab, lambda: sandbox.shows("sin(t)", expected)
    ), sandbox.inputs()
    focused = sandbox.curve.evaluate("(svg) => svg === document.activeElement")
    assert focused


def test_the_address_restores_what_was_typed(sandbox, eventually):
    sandbox.text.fill("p / q")
    inputs = {"p": 1.0, "q": 1.0}
    assert eventually(sandbox.tab, lambda: sandbox.shows("p / q", inputs))
    sandbox.tab.locator(".mg-inputs input[name=q]").fill("4")
    inputs["q"] = 4.0
    assert eventually(sandbox.tab, lambda: "q%3A4" in sandbox.tab.url)
    sandbox.text.fill("p + q")
    assert eventually(sandbox.tab, lambda: sandbox.shows("p + q", inputs))
    link = sandbox.tab.url.replace("p+%2B+q", "p+%2F+q")
    sandbox.tab.evaluate("(link) => { location.href = link; }", link)
    assert eventually(sandbox.tab, lambda: sandbox.shows("p / q", inputs))
    assert "p / q" == sandbox.text.input_value()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1400, 390])
def test_the_page_can_be_looked_at(page, site, picture, theme, width):
    page.set_viewport_size({"width": width, "height": 900})
    in_theme(page, theme)
    page.goto(site + "sandbox.html")
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= width
    picture(page, f"sandbox-{theme}-{width}", full_page=True)


def test_leaving_the_page_ends_its_python(page, live, eventually):
    page.goto(live + "sandbox.html")
    Sandbox(page).start()
    assert 1 == len(page.workers)
    page.goto(live + "index.html")
    assert eventually(page, lambda: [] == page.workers)
