"""The sandbox: what a reader types, and what comes back."""

from __future__ import annotations

import json
import math
import re

import pytest

from micrograd import Value, functions
from micrograd.errors import MicrogradError
from micrograd.live.frames import number
from micrograd.operators import Operators
from micrograd.primitives import PRIMITIVES
from page_programs.curve import curve, window
from page_programs.expression import FUNCTIONS, Expression
from page_programs.sandbox import Sandbox, evaluate
from tests.conftest import close


def ask(text: str, **inputs: float) -> dict:
    answer = evaluate(text, inputs, brief=True)
    json.dumps(answer, allow_nan=False)  # what a page can read
    return answer


def refused(text: str, **inputs: float) -> tuple[str, str]:
    """What is marked as wrong, and what is said about it."""
    error = ask(text, **inputs)["error"]
    return error["line"][error["from"] : error["to"]], error["message"]


# --- Right answers ---


def test_the_numbers_are_those_of_the_package():
    inputs = {"a": 2.0, "b": -0.5, "c": 1.5}
    values = {name: Value(x) for name, x in inputs.items()}
    y = (values["a"] * values["b"] + values["c"]).tanh()
    y.backward()
    answer = ask("(a * b + c).tanh()", **inputs)
    assert number(y.data) == answer["value"]
    found = {name: number(v.grad) for name, v in values.items()}
    assert found == answer["gradients"]


@pytest.mark.parametrize("name", PRIMITIVES)
def test_every_row_can_be_called_by_name(name):
    row = PRIMITIVES[name]
    names = "uvw"[: row.arity]
    point = dict(zip(names, [low for low, _ in row.domain], strict=True))
    found = Expression(f"{name}({', '.join(names)})")(**point)
    assert row.function(*point.values()) == found


def test_every_method_of_a_value_can_be_called():
    methods = [n for n, m in vars(Operators).items() if is_row(m)]
    for name in methods:
        row = getattr(Operators, name).primitive
        more = ", 1.5" * (row.arity - 1)
        expected = getattr(Value(1.25), name)(*[1.5] * (row.arity - 1)).data
        found = Expression(f"a.{name}({more[2:]})")(a=1.25)
        assert close(expected, found), name


def is_row(member: object) -> bool:
    return hasattr(member, "primitive")


def test_functions_of_lists_can_be_called():
    expected = functions.softmax([1.0, 2.0])[1]
    assert expected == Expression("softmax([a, b])[1]")(a=1.0, b=2.0)
    assert 8.0 == Expression("dot([a, b], [2, 3])")(a=1.0, b=2.0)
    assert 3.0 == Expression("sum([a, b])")(a=1.0, b=2.0)


def test_a_choice_can_be_made_by_a_comparison():
    choice = Expression("where(a > b, a, b)")
    assert 2.0 == choice(a=1.0, b=2.0)
    assert 0.4 == Expression("leaky_relu(-a, negative_slope=-0.4)")(a=1.0)


def test_parts_with_names_are_no_inputs():
    expression = Expression("e = a * b; d = e + c\nd * f")
    assert ["a", "b", "c", "f"] == expression.inputs
    assert "<th scope=row>e<" in ask(expression.text)["table"]


def test_a_part_may_be_named_twice():
    expression = Expression("e = a; e = e * 2; e + b")
    assert ["a", "b"] == expression.inputs
    assert 7.0 == expression(a=2.0, b=3.0)


def test_the_last_part_may_have_a_name():
    assert "loss = 3.0" == ask("loss = a + 2")["result"]


def test_the_result_gets_a_name_that_is_free():
    assert "f = 2.0" == ask("a * 2")["result"]
    assert "y = 2.0" == ask("f * 2")["result"]
    assert "y = 3.0" == ask("f = a * 2; f + 1")["result"]


def test_an_input_is_one_until_somebody_says_otherwise():
    assert {"a": 1.0, "b": 4.0} == ask("a + b", b=4.0, c=7.0)["inputs"]


def test_numbers_alone_are_an_expression():
    assert ("5.0", {}) == (ask("2 + 3")["value"], ask("2 + 3")["gradients"])


def test_values_at_the_edge_are_answers():
    assert "inf" == ask("1 / a", a=0.0)["value"]
    assert "nan" == ask("log(a)", a=-1.0)["value"]
    assert "inf" == ask("10 ** 400")["value"]


# --- Wrong input ---


@pytest.mark.parametrize(
    ("text", "marked", "said"),
    [
        ("a * / b", "/", "invalid syntax"),
        ("", "", "nothing"),
        ("a + foo(b)", "foo(b)", "the unknown function foo"),
        ("a + tnah(b)", "tnah(b)", "write tanh"),
        ("1 + tanh", "tanh", "write tanh(...)"),
        ("a.data + 1", "a.data", "'a.data'"),
        ("a + (b if a else 1)", "b if a else 1", "numbers, names"),
        ("a + 'b'", "'b'", "numbers, names"),
        ("maximum(a)", "maximum(a)", "missing a required argument"),
        ("e = a\nsoftmax([e])", "softmax([e])", "gives one number"),
        ("for a in b: a", "for a in b: a", "numbers, names"),
        ("import os", "import os", "but got 'import os'; use only these"),
        ("θ * ψ.foo()", "ψ.foo()", "the unknown function foo"),
        ("a" * 401, "a" * 401, "401 characters"),
        ("a + sum(b)", "sum(b)", "not iterable"),
    ],
)
def test_wrong_input_is_marked_and_explained(text, marked, said):
    place, message = refused(text)
    assert marked == place
    assert said in message
    assert " but got " in message
    assert "; " in message


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').getcwd()",
        "().__class__",
        "a.__class__",
        "a._rule",
        "eval('1')",
        "(lambda: 1)()",
        "[x for x in [1]]",
        "a.backward()",
        "f'{a}'",
        "print(a)",
        "import os",
        "a := 1",
    ],
)
def test_a_text_that_is_no_arithmetic_is_never_run(text):
    assert "error" in ask(text)


def test_an_empty_input_and_a_wrong_call_are_said_in_plain_words():
    told = evaluate("x", {"x": None})["error"]["message"]
    assert told.startswith("the input x is a finite number but got nothing")
    told = evaluate("tanh(x, y)")["error"]["message"]
    assert told.startswith("the call tanh(x, y) is to be computed but got")


def test_an_input_must_be_a_finite_number():
    assert "a is a finite number" in refused("a * 2", a=math.inf)[1]
    assert "a is a finite number" in refused("a * 2", a=None)[1]


@pytest.mark.parametrize("text", ["a + {}", "{}", "softmax([a, {}])[0]"])
def test_a_number_of_350_digits_is_refused(text):
    said = refused(text.format("9" * 350), a=1.0)[1]
    assert "a number of 1163 bits; scale it below 1e308" in said
    assert "a number of 1329 bits" in refused("a", a=10**400)[1]


def test_a_deep_nest_is_refused_without_harm():
    with pytest.raises(MicrogradError):
        Expression("-" * 399 + "'a'")(a=1.0)
    assert "200 values" in refused("-" * 399 + "a")[1]


# --- The curve ---


def points_of(svg: str) -> list[list[float]]:
    lines = re.findall(r'<polyline class="line" points="(.*?)"', svg)
    return [
        [float(pair.partition(",")[2]) for pair in line.split()]
        for line in lines
    ]


def test_a_curve_is_broken_at_a_pole():
    svg = curve(lambda t: 1 / t if t else math.inf, 1.0, -1.0)
    assert 2 == len([line for line in points_of(svg) if line])


def test_a_curve_is_broken_at_a_pole_between_two_points():
    svg = curve(lambda t: 1 / (t - 0.013), 1.0, -1.0)
    assert 1 < len([line for line in points_of(svg) if line])


def test_the_curve_goes_through_the_point_of_the_tangent():
    svg = ask("a * a + b", a=1.0, b=2.0)["curve"]
    x, y = re.search(r'<circle cx="(.*?)" cy="(.*?)"', svg).groups()
    assert f"{x},{y}" in re.search(r'points="(.*?)"', svg)[1].split()
    assert len(set(points_of(svg)[0])) > 10


def test_a_curve_that_rises_goes_up_the_page():
    (heights,) = points_of(curve(lambda t: t, 1.0, 1.0))
    assert sorted(heights, reverse=True) == heights


def test_the_tangent_of_a_straight_line_is_the_line():
    svg = curve(lambda t: 0.5 * t, 1.0, 0.5)
    x1, y1, x2, y2 = map(
        float,
        re.search(r'tangent" d="M(.*?),(.*?)L(.*?),(.*?)"', svg).groups(),
    )
    points = re.search(r'points="(.*?)"', svg)[1].split()
    first, last = [tuple(map(float, points[i].split(","))) for i in (0, -1)]
    slope = (last[1] - first[1]) / (last[0] - first[0])
    assert close(slope, (y2 - y1) / (x2 - x1), 1e-2)


@pytest.mark.parametrize("x", [0.0, 1e-9, -37.0, 1e6, -1e18, 1e300])
@pytest.mark.parametrize("f", [lambda t: t, lambda t: 7.0, lambda t: t * t])
def test_a_curve_is_drawn_at_any_scale(f, x):
    svg = curve(f, x, 1.0)
    low, high = window(x)
    assert low < x < high
    drawn = re.findall(r'(?:points|d|cx|cy|x|y)="(.*?)"', svg)
    assert not re.search("nan|inf", " ".join(drawn))


# --- The example on the page ---


def test_the_example_keeps_what_the_form_needs():
    html = Sandbox("a * b", {"a": 2.0, "b": 3.0})._repr_html_()
    state = re.search(r'data-state="(.*?)"', html)[1].replace("&quot;", '"')
    expected = {"text": "a * b", "inputs": {"a": 2.0, "b": 3.0}, "along": "a"}
    assert expected == json.loads(state)
    assert html.count("data-piece=") == 4


def test_the_page_offers_every_row_of_the_table():
    assert not set(PRIMITIVES) - set(FUNCTIONS)
