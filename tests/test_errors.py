"""Every error: its three parts, its address, and nothing half-done.

Messages of one module are tested beside it; here is what all have in
common, the messages of the engine, and one table of the mistakes that
readers make most.
"""

import ast
import copy
import inspect
import pickle
import re
import sys
from pathlib import Path

import pytest

from micrograd import Value, draw_dot, elementwise, errors, no_grad, optim
from micrograd.datasets import XorShift, moons
from micrograd.draw import training_curves
from micrograd.errors import MicrogradError, NumberError
from micrograd.functions import mean
from micrograd.nn import MLP, Layer

ROOT = Path(__file__).parents[1]
CLASSES = [getattr(errors, name) for name in errors.__all__]
EVERY_CLASS = pytest.mark.parametrize(
    "error", CLASSES, ids=lambda c: c.__name__
)

# --- What all errors have in common ---


@EVERY_CLASS
def test_a_message_has_three_parts_and_the_address_of_its_section(error):
    text = str(error("a layer expects 2 inputs", "3", "drop one"))
    assert text == (
        "a layer expects 2 inputs but got 3; drop one; see "
        "https://micrograd.readthedocs.io/en/latest/reference/errors.html"
        f"#{error.__name__.lower()}"
    )


@EVERY_CLASS
def test_the_section_that_a_message_points_to_is_on_the_page(error):
    page = ROOT / "docs/reference/errors.md"
    headings = re.findall(r"^## (\w+)$", page.read_text("utf-8"), re.MULTILINE)
    assert error.__name__ in headings or error is MicrogradError


@EVERY_CLASS
def test_an_error_is_one_of_python_s_own_too(error):
    known = (
        TypeError,
        ValueError,
        ArithmeticError,
        ImportError,
        RuntimeError,
    )
    assert issubclass(error, known) or error is MicrogradError
    assert issubclass(error, MicrogradError)


@EVERY_CLASS
def test_an_error_can_be_sent_to_another_process(error):
    original = error("this", "that", "do so")
    for twin in (
        pickle.loads(pickle.dumps(original)),
        copy.copy(original),
        copy.deepcopy(original),
    ):
        assert type(twin) is error
        assert str(twin) == str(original)


@EVERY_CLASS
def test_an_error_is_shown_in_its_docstring(error):
    # Python 3.13 strips the indentation, 3.12 keeps it: getdoc always does.
    example = inspect.getdoc(error).partition("Examples\n--------\n")[2]
    assert f"micrograd.errors.{error.__name__}" in example or (
        error is MicrogradError
    )


def raised_in(path):
    """The names of what a file raises, bare re-raising left out.

    For a function that makes an error the name of what it returns.
    """
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    makers = {
        node.name: ast.unparse(node.returns)
        for node in nodes
        if isinstance(node, ast.FunctionDef) and node.returns
    }
    for node in nodes:
        if isinstance(node, ast.Raise) and node.exc is not None:
            made = node.exc
            thing = made.func if isinstance(made, ast.Call) else made
            name = getattr(thing, "id", getattr(thing, "attr", ""))
            yield makers.get(name, name), path.name


# `draw.render` talks to programs, and turns what they say into its error;
# the compiler tells itself that arguments are foreign; the others are
# Python's own protocols.
ALLOWED = {
    "NotImplementedError", "RuntimeError", "AttributeError", "Foreign",
    "TypeError",  # a row called with the wrong number of operands
    "Diverged",  # a replay tells itself so, and runs the function again
    "mismatch",  # makes a ShapeError, see tensors.engine
    "refusal",  # makes a RecordingError, see compiler.tape
    "unlike",  # the same, see recording
}  # fmt: skip


def test_the_package_raises_nothing_but_errors_of_this_kind():
    files = sorted((ROOT / "micrograd").rglob("*.py"))
    raised = {found for path in files for found in raised_in(path)}
    strange = {
        (name, file)
        for name, file in raised
        if name not in errors.__all__ and name not in ALLOWED
    }
    assert not strange


# --- Values ---

FOR_EACH = "make one Value for each number"

VALUES = [
    ([1.0, 2.0], "the list [1.0, 2.0]", FOR_EACH),
    ((1.0,), "the tuple (1.0,)", FOR_EACH),
    ("1.5", "the str '1.5'", "convert text with float(...)"),
    (None, "the NoneType None", "pass an int or a float"),
    (
        1j,
        "the complex 1j",
        "use its real and imaginary part as two numbers",
    ),
    (
        Value(1.0),
        "the Value Value(data=1.0, grad=0.0)",
        "it is a Value already: use it, or its .data for a new leaf",
    ),
    ({}, "the dict {}", FOR_EACH),
    ({1.0}, "the set {1.0}", FOR_EACH),
    (b"1", "the bytes b'1'", FOR_EACH),
    (10**400, "a number of 1329 bits", "scale it below 1e308"),
    (-(10**400), "a number of 1329 bits", "scale it below 1e308"),
    (len, "the builtin_function_or_method <built-in function len>", None),
]


@pytest.mark.parametrize(("given", "told", "do"), VALUES, ids=lambda x: "")
def test_what_cannot_be_a_value_is_named_and_answered(given, told, do):
    with pytest.raises(NumberError) as caught:
        Value(given)
    do = do or "pass an int or a float"
    expected = f"Value(data) takes one real number but got {told}; {do}; see "
    assert str(caught.value).startswith(expected)


def test_an_array_of_several_numbers_is_no_value():
    np = pytest.importorskip("numpy")
    for array in (np.zeros(2), np.zeros((2, 2)), np.zeros(1)):
        with pytest.raises(NumberError, match="one Value for each number"):
            Value(array)


def test_text_of_any_length_is_cut_short():
    with pytest.raises(NumberError) as caught:
        Value(["x" * 1000] * 1000)
    assert len(str(caught.value)) < 300


OPERATIONS = [
    (lambda v: v + "1", "+"),
    (lambda v: "1" - v, "-"),
    (lambda v: v * [1.0], "*"),
    (lambda v: None / v, "/"),
    (lambda v: v ** (1.0,), "**"),
    (lambda v: v.maximum("1"), "maximum"),
    (lambda v: v.leaky_relu("1"), "leaky_relu"),
]


@pytest.mark.parametrize(("act", "symbol"), OPERATIONS, ids=lambda x: "")
def test_an_operation_names_itself_when_an_operand_is_no_number(act, symbol):
    with pytest.raises(NumberError) as caught:
        act(Value(2.0))
    told = f"{symbol} takes real numbers and Values but got the "
    assert str(caught.value).startswith(told)


def test_a_tuple_by_a_misplaced_parenthesis_is_named():
    x = Value(2.0)
    with pytest.raises(NumberError, match=r"got the tuple \(Value"):
        x * (x, 2.0)


def test_a_function_on_text_names_itself():
    from micrograd import exp

    with pytest.raises(NumberError) as caught:
        exp("1")
    assert str(caught.value).startswith(
        "exp() takes real numbers, Values or arrays but got the str '1'; "
    )


def test_a_gradient_that_is_no_number_is_refused():
    with pytest.raises(NumberError) as caught:
        Value(1.0).backward("1")
    assert str(caught.value).startswith(
        "backward(gradient) takes a real number but got the str '1'; "
    )


# --- Nothing half-done ---


def stumble_at(limit):
    """A rule whose partial raises for operands beyond a limit."""

    def slope(y, x):
        if x > limit:
            raise LookupError("of the user's own")
        return 1.0

    @elementwise(slope, domain=[(0, 1)], torch="")
    def careful(xp, x):
        return x

    return careful


def test_leaves_keep_their_gradients_when_a_rule_raises_midway():
    careful = stumble_at(10.0)
    near, far, apart = Value(1.0), Value(20.0), Value(3.0)
    for leaf in (near, far, apart):
        leaf.grad = 7.0
    root = careful(near) * apart + careful(far) * near + apart
    with pytest.raises(LookupError, match="of the user's own"):
        root.backward()
    assert [leaf.grad for leaf in (near, far, apart)] == [7.0] * 3
    far.data = 5.0  # put right, it goes through
    root = careful(near) * apart + careful(far) * near + apart
    root.backward()
    assert [leaf.grad for leaf in (near, far, apart)] == [15.0, 8.0, 9.0]


def test_an_interrupted_backward_leaves_the_leaves_alone():
    def interrupt(y, x):
        raise KeyboardInterrupt

    @elementwise(interrupt, domain=[(0, 1)], torch="")
    def slow(xp, x):
        return x

    x = Value(1.0)
    x.grad = 7.0
    y = slow(x * 2.0) + x
    with pytest.raises(KeyboardInterrupt):
        y.backward()
    assert x.grad == 7.0


def test_a_forward_that_raises_leaves_no_node_behind():
    def broken(xp, x):
        raise LookupError("of the user's own")

    rule = elementwise(lambda y, x: 1.0, domain=[(0, 1)], torch="")(broken)
    x = Value(1.0)
    with pytest.raises(LookupError, match="of the user's own"):
        rule(x)
    y = x + 1.0
    y.backward()
    assert x.grad == 1.0


def test_a_refused_operand_leaves_recording_as_it_was():
    x = Value(1.0)
    with pytest.raises(NumberError), no_grad():
        x + "1"
    assert (x * x).inputs == (x, x)


# --- The mistakes that readers make most ---


def nan_rate():
    optim.SGD([Value(1.0)], lr=float("nan"))


def infinite_gradient():
    w = Value(0.0, label="w")
    w.log().backward()
    optimizer = optim.SGD([w], lr=0.1)
    try:
        optimizer.step()
    finally:
        assert w.data == 0.0  # not half-done
        assert optimizer.steps == 0


def a_sum_of(count):
    """A graph of two nodes for each term, and the zero it starts from."""
    return sum(Value(1.0) for _ in range(count))


def without_matplotlib():
    hidden = {
        name: sys.modules.pop(name)
        for name in list(sys.modules)
        if name.partition(".")[0] == "matplotlib"
    }
    sys.modules["matplotlib"] = None
    try:
        training_curves({"loss": [1.0]})
    finally:
        del sys.modules["matplotlib"]
        sys.modules.update(hidden)


MISTAKES = [
    (
        "a list in place of a number",
        lambda: Value([1.0]),
        "Value(data) takes one real number but got the list [1.0]; "
        "make one Value for each number",
    ),
    (
        "a sample of the wrong width",
        lambda: MLP(2, [16, 1])([1.0, 2.0, 3.0]),
        "MLP(2, [16, 1]) expects 2 inputs but got 3; "
        "check the width of the data or the first argument",
    ),
    (
        "a layer fed the wrong width",
        lambda: Layer(3, 2)([1.0, 2.0]),
        "Layer(3, 2) expects 3 inputs but got 2; "
        "check the width of the data or the first argument",
    ),
    (
        "no data",
        lambda: mean([]),
        "mean() takes a list of numbers or Values but got an empty list; "
        "check where it was filled",
    ),
    (
        "no points",
        lambda: moons(0, 0.1, XorShift(1)),
        "moons(n) takes a whole number of at least 1 but got 0; "
        "choose one in that range",
    ),
    (
        "an unknown activation",
        lambda: MLP(2, [4, 1], activation="rely"),
        "activation= takes a function or one of negative, absolute, ",
    ),
    (
        "a rate that is not a number",
        nan_rate,
        "lr= takes a finite number >= 0 but got nan; ",
    ),
    (
        "nothing to optimise",
        lambda: optim.SGD([], lr=0.1),
        "SGD(params) needs at least one parameter but got none; "
        "pass model.parameters() or a list of Values",
    ),
    (
        "a gradient that is not finite",
        infinite_gradient,
        "SGD.step() needs finite gradients but got inf for w; "
        "call step(loss) to learn which node went wrong first",
    ),
    (
        "a drawing of a hundred thousand nodes",
        lambda: draw_dot(a_sum_of(50_000)),
        "draw_dot(max_nodes=2000) draws at most 2,000 boxes but got a graph "
        "of 100,001 values; draw a smaller part",
    ),
    (
        "a package that is not installed",
        without_matplotlib,
        "plotting needs the package matplotlib but got no such package; "
        'run: pip install "micrograd-literate[plot]"',
    ),
]


@pytest.mark.parametrize(
    ("act", "told"),
    [mistake[1:] for mistake in MISTAKES],
    ids=[mistake[0] for mistake in MISTAKES],
)
def test_a_common_mistake_is_answered(act, told):
    with pytest.raises(MicrogradError) as caught:
        act()
    text = str(caught.value)
    assert text.startswith(told)
    assert text.count(" but got ") == 1
    assert text.endswith(f"#{type(caught.value).__name__.lower()}")
