"""Steps: what is shown is what the engine does, number by number."""

from __future__ import annotations

import json
import re
from math import isfinite
from types import SimpleNamespace

import pytest
from hypothesis import given

import micrograd
from micrograd import Value, no_grad, topological_order
from micrograd.draw import set_renderer
from micrograd.errors import GraphSizeError, NumberError, OptionError
from micrograd.live import Frame, Steps, steps
from micrograd.primitives import PRIMITIVES
from tests.conftest import close, same_bits
from tests.strategies import ROWS, expressions, points, special_points

# Constants on a line have five digits, and some rules amplify them.
FIVE_DIGITS = 2e-4

EVERY_ROW = pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)


def mixed(x: Value) -> Value:
    """2x + (2x)**2: a number in the middle goes two ways."""
    y = x + x
    y.label = "y"
    p = y * y
    p.label = "p"
    z = y + p
    z.label = "z"
    return z


def shares(watched: Steps) -> list[Frame]:
    return [frame for frame in watched if frame.parts]


def lines(watched: Steps, phase: str) -> list[str]:
    return [frame.line for frame in watched if frame.phase == phase]


# --- The numbers are the engine's ---


def assert_same_as_backward(root: Value) -> None:
    watched = steps(root)
    root.backward()
    for value in topological_order(root):
        if value.requires_grad:
            found = watched.gradients.get(value, 0.0)
            assert same_bits(value.grad, found)
    assert not watched.wrong
    assert not any(frame.fault for frame in watched)


@given(expressions())
def test_steps_end_with_the_gradients_of_backward(expression):
    inputs = [Value(x) for x in expression.point]
    assert_same_as_backward(expression(*inputs))


@EVERY_ROW
def test_every_row_ends_with_the_gradients_of_backward(row):
    for point in [*points(row), *special_points(row)]:
        assert_same_as_backward(row.function(*[Value(x) for x in point]))


@given(expressions())
def test_each_share_is_the_partial_times_the_gradient_from_above(expression):
    inputs = [Value(x) for x in expression.point]
    so_far: dict[Value | None, float] = {}
    for frame in shares(steps(expression(*inputs))):
        assert same_bits(frame.local * frame.upstream, frame.share)
        before = so_far.get(frame.operand, 0.0)
        assert same_bits(before + frame.share, frame.gradient)
        so_far[frame.operand] = frame.gradient


def test_watching_leaves_the_gradients_of_the_expression_alone():
    x = Value(3.0)
    y = x * x
    y.backward()
    steps(y)
    assert (6.0, 1.0) == (x.grad, y.grad)


def test_two_arrows_from_one_number_are_two_shares():
    x = Value(3.0, label="x")
    found = [(f.slot, f.gradient) for f in shares(steps(x - x))]
    assert found == [(0, 1.0), (1, 0.0)]


def test_a_constant_is_sent_nothing():
    x = Value(3.0, label="x")
    assert [x] == [frame.operand for frame in shares(steps(2.0 * x))]


def test_a_result_that_depends_on_nothing_has_no_backward_pass():
    with no_grad():
        y = Value(2.0) * 3.0
    watched = steps(y)
    assert ["given", "result"] == [frame.phase for frame in watched]
    assert "only constants" == watched[-1].line


# --- The line of arithmetic is true ---


def evaluate(text: str, watched: Steps) -> float:
    """What Python makes of the arithmetic on a line."""
    names = {row.name: row.function for row in ROWS}
    for value, name in watched.names.items():
        names[name] = SimpleNamespace(data=value.data)
    return float(eval(text, names))  # our own text


def assert_true(watched: Steps) -> None:
    for frame in shares(watched):
        to, local, upstream, share, _ = frame.parts
        assert frame.line.startswith(f"{to} += {local} × {upstream} = {share}")
        product = stated(local) * stated(upstream)
        size = abs(frame.share)
        assert close(stated(share), product, FIVE_DIGITS, size), frame
        if isfinite(frame.local):
            found = evaluate(frame.rule, watched)
            assert close(stated(local), found, FIVE_DIGITS), frame


def stated(part: str) -> float:
    """The number that a part of a line ends with."""
    return float(part.strip("()").rpartition(" = ")[2])


@given(expressions(inputs=2, steps=5))
def test_the_text_of_a_partial_evaluates_to_the_partial(expression):
    inputs = [Value(x) for x in expression.point]
    assert_true(steps(expression(*inputs)))


@EVERY_ROW
def test_the_text_of_every_row_evaluates_to_its_partials(row):
    for point in points(row):
        watched = steps(row.function(*[Value(x) for x in point]))
        assert_true(watched)
        line = lines(watched, "forward")[0].partition(" = ")[2]
        text = re.sub(r"\w+\.data = ([-\d.e]+)", r"\1", line)
        text, _, result = text.rpartition(" = ")
        found = evaluate(text, watched)
        assert close(float(result), found, FIVE_DIGITS, 1.0)


def test_a_line_says_what_is_multiplied_and_what_it_is_called():
    a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    e = a * b
    e.label = "e"
    L = (e + 10.0) * -2.0
    expected = "a.grad += (b.data = -3.0) × (e.grad = -2.0) = 6.0"
    assert expected in lines(steps(L), "backward")


def test_a_line_follows_the_branch_that_was_taken():
    x = Value(3.0, label="x")
    first = shares(steps(x**2))[0]
    assert "2.0 * x.data ** (2.0 - 1.0)" == first.rule
    assert "1.0" == shares(steps(x.relu()))[0].rule


def test_a_rule_that_reads_numbers_only_is_shown_by_its_number():
    f = micrograd.compile(lambda x, y: x * y, reader="python")
    a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    watched = steps(f(a, b) * a)
    assert {a: -12.0, b: 4.0} == {v: watched.gradients[v] for v in (a, b)}
    assert "-3.0" in [frame.rule for frame in shares(watched)]


def test_the_first_step_and_the_last_name_six_inputs_at_most():
    watched = steps(sum(Value(1.0, label=f"x{i}") for i in range(9)))
    assert watched[0].line.endswith("x5.data = 1.0, and 3 more")
    assert watched[-1].line.endswith("x5.grad = 1.0, and 3 more")


def test_parameters_may_be_handed_over_once():
    w = Value(2.0, label="w")
    watched = steps(w * 3.0, parameters=(v for v in [w]))
    for _ in range(2):
        assert "mg-parameter" in watched._repr_html_()


# --- Orders ---


def test_following_the_arrows_passes_on_more_than_once():
    x = Value(3.0, label="x")
    watched = steps(mixed(x), order="recursion")
    assert (54.0, 26.0) == (watched.gradients[x], watched.wrong[x])
    faults = {frame.fault.partition(":")[0] for frame in watched[:-1]}
    assert {"", "too early", "once too often"} == faults


def test_the_order_of_discovery_passes_on_too_early():
    x = Value(3.0, label="x")
    watched = steps(mixed(x), order="discovery")
    assert (2.0, {x: 26.0}) == (watched.gradients[x], watched.wrong)
    early = [frame.node.label for frame in watched[:-1] if frame.fault]
    assert ["y", "y"] == early
    assert "x.grad should be 26.0" == watched[-1].fault


def test_an_order_of_ones_own_is_judged_by_what_it_does():
    x = Value(3.0, label="x")
    z = mixed(x)
    y, p = z.inputs
    assert not steps(z, order=[z, p, y, x]).wrong
    assert {x: 26.0} == steps(z, order=[z, y, p]).wrong
    assert {x: 26.0} == steps(z, order=[z, p]).wrong


def test_another_right_order_is_not_called_wrong():
    a, b = Value(0.1), Value(0.7)
    left, right = a * b, b * a
    root = left * right + right
    middle = root.inputs[0]
    for order in ([root, middle, left, right], [root, middle, right, left]):
        watched = steps(root, order=order)
        assert not watched.wrong
        assert not any(frame.fault for frame in watched)


# --- What is refused ---


def test_steps_takes_a_value():
    with pytest.raises(NumberError, match=r"takes a Value but got the float"):
        steps(3.0)


def test_steps_shows_at_most_two_hundred_values():
    root = sum(Value(1.0) for _ in range(101))
    with pytest.raises(GraphSizeError, match=r"an expression of 203"):
        steps(root)


def test_an_unknown_order_lists_the_known_ones():
    with pytest.raises(OptionError, match=r"creation, recursion, discovery"):
        steps(Value(1.0) * 2.0, order="random")


def test_an_order_has_only_values_of_the_expression():
    with pytest.raises(OptionError, match="depends on"):
        steps(Value(1.0) * 2.0, order=[Value(7.0)])


def test_a_walk_of_too_many_paths_is_refused():
    root = Value(1.0)
    for _ in range(20):
        root = root + root
    with pytest.raises(GraphSizeError, match="one for each path"):
        steps(root, order="recursion")


# --- The player ---


@pytest.fixture(scope="module")
def page() -> str:
    return steps(mixed(Value(3.0, label="x")))._repr_html_()


def states_of(html: str) -> list[dict]:
    found = re.search(r'<script type="application/json">(.*?)</script>', html)
    return json.loads(found[1])


def test_whatever_a_step_lights_up_or_writes_is_in_the_drawing(page):
    parts = re.findall(r'data-part="(.*?)"', page)
    cells = set(re.findall(r'data-cell="(.*?)"', page))
    assert len(parts) == len(set(parts))
    for state in states_of(page):
        assert set(state["on"]) | set(state["way"]) <= set(parts)
        assert set(state["cells"]) | set(state["wrong"]) <= cells


def test_the_steps_of_the_page_write_the_numbers_of_the_frames():
    x = Value(3.0, label="x")
    watched = steps(mixed(x))
    written = {}
    for state in states_of(watched._repr_html_()):
        written |= state["cells"]
    values = topological_order(watched.values[-1])
    expected = {
        f"g{i}": f"grad {watched.gradients[v]:.4f}"
        for i, v in enumerate(values)
    }
    expected |= {f"d{i}": f"data {v.data:.4f}" for i, v in enumerate(values)}
    assert expected == written


def test_without_its_script_the_page_shows_the_last_state(page):
    assert '<div class="mg-controls" hidden>' in page
    assert ">grad 26.0000<" in page
    assert page.count("<li ") == len(states_of(page))


def test_the_page_loads_nothing(page):
    assert not re.search(r"(src|href)=|@import|url\(", page)


def test_a_drawing_says_in_words_what_it_shows(page):
    assert 'role="img" aria-label="Graph of z = 42.0000, gradient' in page


def test_without_a_renderer_a_table_stands_for_the_drawing(monkeypatch):
    monkeypatch.setattr("micrograd.draw.render._renderers", list)
    html = steps(mixed(Value(3.0, label="x")))._repr_html_()
    told = html.replace("&quot;", '"')
    assert 'pip install "micrograd-literate[graph]"' in told
    places = re.findall(r'<td data-cell="(\w+)">(.*?)</td>', html)
    assert ("g0", "grad 26.0000") in places
    assert 8 == len(places)


def test_labels_cannot_break_the_page():
    x = Value(1.0, label="</script><b>{{lines}}")
    html = steps(x * 2.0)._repr_html_()
    assert html.count("</script>") == 2
    assert "<b>{{" not in html


def test_a_box_has_room_for_the_longest_number_it_shows():
    seen = []
    before = set_renderer(lambda source, _: seen.append(source) or EMPTY)
    try:
        x = Value(100.0, label="x")
        steps(x * 10.0 - x * 10.0)._repr_html_()
    finally:
        set_renderer(before)
    assert "|grad -10.0000" in seen[0]


EMPTY = '<svg width="10pt" xmlns="http://www.w3.org/2000/svg"><g/></svg>'


def test_every_row_can_be_shown():
    before = set_renderer(lambda *_: EMPTY)
    try:
        for row in PRIMITIVES.values():
            root = row.function(*[Value(x) for x in points(row)[0]])
            assert "mg-steps" in steps(root)._repr_html_()
    finally:
        set_renderer(before)
