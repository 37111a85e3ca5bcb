"""What a page asks of its Python, run here: it answers whatever happens.

The modules for pages bring a ``matplotlib`` of their own, so these two are
loaded by their files, each under its name.
"""

import importlib.util
import json
import sys
from pathlib import Path

import pytest

IN_PAGES = Path(__file__).parents[1] / "docs" / "_live" / "python"


def loaded(name):
    spec = importlib.util.spec_from_file_location(
        name, IN_PAGES / f"{name}.py"
    )
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # one imports the other
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def cells(monkeypatch):
    for name in ["cell_text", "page_cells"]:
        monkeypatch.delitem(sys.modules, name, raising=False)
    loaded("cell_text")
    yield loaded("page_cells")
    for name in ["cell_text", "page_cells"]:
        sys.modules.pop(name)


@pytest.fixture
def shown(cells):
    """What a cell shows, as pairs of kind and text."""

    def run(source):
        pieces = []
        cells.run(source, lambda *piece: pieces.append(piece))
        return pieces

    return run


# --- A cell is read as tokens ---


def test_a_comment_that_ends_in_a_semicolon_hides_no_value(shown):
    assert [("text", "2")] == shown("1 + 1  # so;")


def test_a_semicolon_after_the_last_value_hides_it(shown):
    assert [] == shown("1 + 1;")
    assert [] == shown("1 + 1;  # not shown")


def test_a_line_of_a_string_may_begin_with_percent(shown):
    source = "print('''one\n%two\n!three''')"
    assert [("stdout", "one\n%two\n!three\n")] == shown(source)


def test_a_sum_may_go_on_with_the_operator_percent(shown):
    assert [("text", "3")] == shown("(7\n% 4)")
    assert [("text", "3")] == shown("7 \\\n% 4")


def test_lines_for_notebooks_are_skipped(shown):
    source = "%matplotlib inline\n%time it's \"\n!pip install it\n7"
    assert [("text", "7")] == shown(source)


def test_an_error_after_such_a_line_names_its_own_line(shown):
    [(kind, text)] = shown("%matplotlib inline\n\n1 / 0")
    assert "error" == kind
    assert "line 3" in text


# --- Whatever a cell does, there is an answer ---

ODD_FORMS = "class Odd:\n    def _repr_html_(self): {}\nOdd()"


def test_a_value_without_html_of_its_own_is_shown_as_text(shown):
    [(kind, text)] = shown(ODD_FORMS.format("return None"))
    assert "text" == kind
    assert "Odd object" in text
    [(kind, _)] = shown(ODD_FORMS.format("return b'bytes'"))
    assert "text" == kind


def test_a_value_that_cannot_show_itself_gives_an_error(shown):
    [(kind, text)] = shown(ODD_FORMS.format("1 / 0"))
    assert "error" == kind
    assert "ZeroDivisionError" in text


def test_bytes_written_as_text_are_refused(shown):
    [(kind, text)] = shown("import sys\nsys.stdout.write(b'bytes')")
    assert "error" == kind
    assert "write() takes a str, not bytes" in text


def test_bytes_may_be_written_where_bytes_belong(shown):
    source = "import sys\n_ = sys.stdout.buffer.write('né'.encode())"
    assert [("stdout", "né")] == shown(source)


@pytest.mark.parametrize(
    "source",
    [
        "raise SystemExit",
        "raise KeyboardInterrupt",
        "class E(BaseException):\n    def __str__(self): 1 / 0\nraise E",
        "def f(): f()\nf()",
        "x = '\0'",
        "x = (",
    ],
)
def test_whatever_a_cell_raises_is_shown(cells, source):
    pieces = []
    ended = cells.run(source, lambda *piece: pieces.append(piece))
    assert ended is False
    assert ["error"] == [kind for kind, _ in pieces]


# --- What a page lacks is said in a sentence ---


def test_input_says_that_a_page_has_no_keyboard(shown):
    *_, (kind, text) = shown("name = input('Your name? ')")
    assert "error" == kind
    assert "has none; write the answer into the cell" in text


def test_a_package_that_no_page_has_is_named(shown, monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    [(_, text)] = shown("import torch")
    assert "a page cannot load PyTorch" in text
    assert "on a computer of your own" in text


@pytest.mark.parametrize(
    "source",
    [
        "import urllib.error\nraise urllib.error.URLError('no')",
        "import http.client\nraise http.client.RemoteDisconnected('end')",
        "import socket\nraise socket.gaierror(-2, 'not known')",
    ],
)
def test_a_cell_that_asks_the_net_is_told_that_there_is_none(shown, source):
    (kind, text), *_ = shown(source)
    assert kind == "error"
    assert "reaches no other address" in text.splitlines()[-1]


def test_a_command_for_a_shell_is_said_to_be_skipped(shown):
    said = shown("!pip install micrograd\n!wget names.txt\n7")
    skipped = "A page has no shell: skipped !wget names.txt\n"
    assert [("stderr", skipped), ("text", "7")] == said


def test_a_missing_module_of_ours_is_a_mistake_like_any_other(shown):
    [(_, text)] = shown("import micrograd.nothing")
    assert "cannot load" not in text


# --- Calls ---


def test_infinity_reaches_the_page_as_nothing(cells):
    answer = cells.call("math.ldexp", "[1.0, 10]")
    assert {"value": 1024.0} == json.loads(answer)

    def refuse(constant):
        raise ValueError(f"no JSON: {constant}")

    answer = cells.call("copy.copy", "[[Infinity, [NaN, 1]]]")
    found = json.loads(answer, parse_constant=refuse)
    assert {"value": [None, [None, 1]]} == found


@pytest.mark.parametrize(
    ("name", "arguments"),
    [("sys.exit", "[]"), ("math.sqrt", "[-1]"), ("math.nothing", "[]")],
)
def test_whatever_a_call_raises_is_an_answer(cells, name, arguments):
    answer = json.loads(cells.call(name, arguments))
    assert {"name", "message", "traceback"} == set(answer["error"])


def test_what_json_cannot_write_is_an_answer_too(cells):
    answer = json.loads(cells.call("builtins.object", "[]"))
    assert "TypeError" == answer["error"]["name"]
