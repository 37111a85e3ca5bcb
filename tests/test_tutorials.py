"""The tutorials: one path, one form, nothing used before it is introduced.

A chapter is a page of ``docs/tutorials`` with the box that says what it
needs.  Whether its cells run is found out when the site is built; here its
source is read.
"""

from __future__ import annotations

import ast
import re
import symtable
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from random import Random
from textwrap import indent

import pytest

from micrograd import Value, nn

ROOT = Path(__file__).parents[1]
TUTORIALS = ROOT / "docs" / "tutorials"

# The path, and what each chapter is the first to use of the package.
INTRODUCED = {
    "a-number-that-remembers": "Value draw_dot inputs op",
    "backpropagation-by-hand": "grad tanh",
    "walking-backwards": "steps",
    "a-neuron-a-layer-a-network": (
        "MLP load_state_dict named_parameters nn state_dict zero_grad"
    ),
    "learning-the-moons": (
        "SGD accuracy batches hinge_loss l2 linear moons no_grad relu step "
        "topological_order"
    ),
    "from-closures-to-a-table": "PRIMITIVES compute derivative partials",
    "the-same-in-pytorch": "",
    "when-it-does-not-learn": "cross_entropy find_nonfinite softmax yin_yang",
    "compiling-the-graph": (
        "compile dot log_softmax report source tape to_c where"
    ),
    "from-an-mlp-to-a-gpt": "Adam mean rms_norm",
}
ORDER = list(INTRODUCED)
# On tensors, whose names are PyTorch's and not listed here.
ON_TENSORS = [
    "from-numbers-to-tensors",
    "counting-letters",
    "three-letters-of-context",
    "what-goes-on-inside",
    "backward-by-hand",
    "a-tree-of-letters",
    "attention-and-a-gpt",
    "byte-pair-encoding",
]
PATH = ORDER + ON_TENSORS
each_chapter = pytest.mark.parametrize("name", PATH)
each_on_scalars = pytest.mark.parametrize("name", ORDER)
MAP = "the-lecture-minute-by-minute"
COURSE = "the-course-part-by-part"
FOLDED = {"hide-input", "remove-cell"}  # not for readers to follow


# --- Reading a chapter ---


@dataclass
class Cell:
    """Code, the tags above it, and where it begins on the page."""

    tags: set[str]
    code: str
    start: int = 0
    named: bool = False  # whether its fold has a name of its own

    @property
    def tree(self) -> ast.Module:
        """The syntax tree, without the commands of the notebook."""
        lines = self.code.splitlines()
        return ast.parse("\n".join(x for x in lines if not x.startswith("%")))


@cache
def text_of(name: str) -> str:
    """The source of a page."""
    return (TUTORIALS / f"{name}.md").read_text("utf-8")


@cache
def cells_of(name: str) -> list[Cell]:
    """The cells of a page, in order."""
    found = []
    pattern = r"^```\{code-cell\}[^\n]*\n(.*?)^```$"
    for match in re.finditer(pattern, text_of(name), re.MULTILINE | re.DOTALL):
        code, head = match[1], ""
        if code.startswith("---\n"):
            _, head, code = code.split("---\n", 2)
        while code.startswith(":"):
            line, _, code = code.partition("\n")
            head += line
        tags = re.search(r"tags: \[([^\]]*)\]", head)
        names = set(tags[1].split(", ")) if tags else set()
        named = "code_prompt_show" in head
        found.append(Cell(names, code, match.start(), named))
    return found


def prose_of(name: str) -> str:
    """A page without its cells and without what is only quoted."""
    return re.sub(r"(?ms)^```.*?^```$", "", text_of(name))


def section(name: str, title: str) -> str:
    """What stands under a heading, to the next one of its level."""
    _, found, rest = text_of(name).partition(f"\n## {title}\n")
    assert found, f"{name} has no section {title}"
    return rest.partition("\n## ")[0]


# --- What the package offers, and what a chapter uses of it ---


def defined_in(tree: ast.AST) -> Iterator[str]:
    """The attributes that classes are given in a source."""
    classes = [x for x in ast.walk(tree) if isinstance(x, ast.ClassDef)]
    for node in [x for one in classes for x in ast.walk(one)]:
        if isinstance(node, ast.FunctionDef):
            yield node.name
        elif isinstance(node, ast.Attribute) and written(node, {"self"}):
            yield node.attr
    names = {one.name for one in classes}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and written(node, names):
            yield node.attr


def written(node: ast.Attribute, owners: set[str]) -> bool:
    """Whether an attribute of one of the owners is assigned here."""
    is_owner = isinstance(node.value, ast.Name) and node.value.id in owners
    return is_owner and isinstance(node.ctx, ast.Store)


@cache
def offered() -> set[str]:
    """The public attributes of the package's classes.

    Those that builtin types have too cannot be told apart, and are left out.
    """
    found = set(dir(Value))
    for path in (ROOT / "micrograd").rglob("*.py"):
        found |= set(defined_in(ast.parse(path.read_text("utf-8"))))
    builtin = ["", [], {}, (), set(), 0.0, Random, ValueError()]
    common = {name for thing in builtin for name in dir(thing)}
    return {name for name in found - common if not name.startswith("_")}


def program(name: str, leave_out: set[str]) -> ast.Module:
    """The cells of a chapter as one program, without those so tagged."""
    trees = [c.tree for c in cells_of(name) if not c.tags & leave_out]
    return ast.Module([line for tree in trees for line in tree.body], [])


def own(name: str) -> set[str]:
    """The attributes of the classes that a chapter writes itself."""
    return set(defined_in(program(name, set())))


def imported(tree: ast.AST) -> tuple[set[str], set[str]]:
    """The names that come from the package, and those from elsewhere."""
    ours, foreign = set(), set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            mine = str(node.module).split(".")[0] == "micrograd"
            (ours if mine else foreign).update(x.name for x in node.names)
        if isinstance(node, ast.Import):
            foreign |= {x.asname or x.name for x in node.names}
    return ours, foreign - {"micrograd"}


def used(name: str) -> set[str]:
    """The names of the package in the code that readers follow."""
    tree = program(name, FOLDED)
    _, foreign = imported(program(name, set()))
    ours, _ = imported(tree)
    found = set(ours)
    telling = offered() - own(name)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Attribute):
            continue
        base = node.value.id if isinstance(node.value, ast.Name) else ""
        of_ours = base in ours | {"micrograd"}
        if of_ours or (base not in foreign and node.attr in telling):
            found.add(node.attr)
    return found


# --- The tests ---


def test_the_contents_list_the_chapters_in_this_order() -> None:
    pages = re.findall(r"^([a-z-]+)$", text_of("index"), re.MULTILINE)
    chapters = [one for one in pages if ":::{chapter}" in text_of(one)]
    assert chapters == PATH


@each_on_scalars
def test_a_chapter_uses_what_it_or_an_earlier_one_introduces(
    name: str,
) -> None:
    before = ORDER[: ORDER.index(name)]
    known = {x for one in before for x in INTRODUCED[one].split()}
    known |= {x for one in before for x in own(one)}
    assert sorted(INTRODUCED[name].split()) == sorted(used(name) - known)


@each_on_scalars
def test_what_a_chapter_introduces_is_named_in_its_prose(name: str) -> None:
    named = " ".join(re.findall(r"`([^`]+)`", prose_of(name)))
    words = set(re.findall(r"\w+", named))
    assert not set(INTRODUCED[name].split()) - words


@each_chapter
def test_a_chapter_opens_with_its_box(name: str) -> None:
    opening = text_of(name).partition("\n## ")[0]
    box = re.search(r"(?ms)^:::\{chapter\}\n(.*?)^:::$", opening)
    assert box, "no box before the first section"
    assert "What you need\n: " in box[1]
    assert "What you will have\n: " in box[1]
    needed = set(re.findall(r"\]\(([\w-]+)\.md", box[1])) & set(PATH)
    before = PATH[: PATH.index(name)]
    assert needed <= set(before)
    assert needed or not before


@each_chapter
def test_a_chapter_draws_something_early(name: str) -> None:
    drawing = re.compile(r"draw_dot\(|steps\(|plt\.show\(|decision_boundary\(")
    starts = [c.start for c in cells_of(name) if drawing.search(c.code)]
    headings = re.finditer(r"(?m)^## ", text_of(name))
    third = [heading.start() for heading in headings][2]
    assert starts
    assert starts[0] < third


@each_chapter
def test_a_chapter_ends_with_questions_whose_answers_run(name: str) -> None:
    asked = r"^\*\*.+\*\*\n\n```\{code-cell\}\n:tags: \[hide-cell\]\n"
    answer = r"((?:.*\n)*?)```$"
    questions = re.findall(f"(?m){asked}{answer}", section(name, "Check"))
    assert 3 <= len(questions) <= 6
    assert not [code for code in questions if "assert " not in code]


@each_chapter
def test_a_chapter_leads_on_to_the_next_and_to_the_other_kinds(
    name: str,
) -> None:
    ways = section(name, "Where to go")
    place = PATH.index(name) + 1
    if place < len(PATH):
        assert f"- Next: []({PATH[place]}.md)" in ways
    kinds = {"how-to", "explanation", "reference"}
    assert not {kind for kind in kinds if f"](../{kind}/" not in ways}


@cache
def engine() -> str:
    """The engine that the reader has written."""
    cells = [cell.code for cell in cells_of("walking-backwards")]
    (whole,) = [code for code in cells if "def __rtruediv__" in code]
    return whole


def test_the_engine_has_about_a_hundred_lines() -> None:
    assert 90 <= len(engine().strip().splitlines()) <= 105


def test_the_chapter_of_the_table_quotes_the_engine() -> None:
    text = text_of("from-closures-to-a-table")
    (quoted,) = re.findall(r"(?ms)^```python\n(.*?)^```$", text)
    for method in quoted.split("\n\n\n"):
        assert indent(method.strip(), "    ") in engine()


def test_the_readers_engine_passes_the_suite_of_the_table() -> None:
    names: dict[str, object] = {}
    exec(engine(), names)
    names["Value"] = names["Number"]  # "put Number in place of Value"
    for cell in cells_of("from-closures-to-a-table"):
        if "SUITE" in cell.code and "MISTAKES" not in cell.code:
            exec(cell.code.partition("\nfor engine in")[0], names)
    names["failed"] = ["nothing was run"]
    exec("failed = failures(by_micrograd)", names)
    assert names["failed"] == []


# --- The map of the lecture ---


def seconds(clock: str) -> int:
    """``1:09:02`` as 4142."""
    total = 0
    for part in clock.split(":"):
        total = 60 * total + int(part)
    return total


def marks_of(text: str) -> list[tuple[str, int]]:
    """The times of a map and the films that they open, checked."""
    form = (
        r"^\| \[([\d:]+)\]"
        r"\(https://www\.youtube\.com/watch\?v=([\w-]+)&t=(\d+)s\) \|"
    )
    found = re.findall(form, text, re.MULTILINE)
    assert len(found) == len(re.findall(r"(?m)^\| \[?\d", text))
    for clock, _, second in found:
        assert seconds(clock) == int(second)
    return [(video, int(second)) for _, video, second in found]


def ascend(times: list[int]) -> bool:
    """Whether each time is later than the one before."""
    return all(earlier < later for earlier, later in pairwise(times))


def test_the_minutes_of_the_map_ascend_and_lead_to_themselves() -> None:
    times = [time for _, time in marks_of(text_of(MAP))]
    assert 22 == len(times)
    assert ascend(times)


def test_the_map_of_the_course_has_the_films_that_its_table_has() -> None:
    _, *lectures = re.split(r"(?m)^## Lecture (?=[2-8]:)", text_of(COURSE))
    assert list("2345678") == [one[0] for one in lectures]
    for one in lectures:
        marks = marks_of(one)
        assert 1 == len({video for video, _ in marks})
        assert ascend([time for _, time in marks])
        row = re.search(rf"(?m)^\| {one[0]} \|.*$", text_of("zero-to-hero"))
        assert row is not None
        assert f"watch?v={marks[0][0]})" in row[0]


def slugs(path: Path) -> set[str]:
    """The anchors of the headings of a page."""
    text = re.sub(r"(?ms)^```.*?^```$", "", path.read_text("utf-8"))
    heads = re.findall(r"(?m)^#+ (.+)$", text)
    plain = [re.sub(r"[^\w\s-]", "", head.lower()) for head in heads]
    return {head.replace(" ", "-") for head in plain}


@pytest.mark.parametrize("name", [MAP, COURSE])
def test_a_map_leads_to_sections_that_are_there(name: str) -> None:
    links = re.findall(r"\]\(([\w./-]+\.md)(?:#([\w-]+))?\)", text_of(name))
    assert links
    for page, anchor in links:
        path = TUTORIALS / page
        assert path.exists(), page
        assert not anchor or anchor in slugs(path), f"{page}#{anchor}"


def test_the_map_of_the_course_leads_to_every_chapter_on_tensors() -> None:
    linked = set(re.findall(r"\]\(([\w-]+)\.md", text_of(COURSE)))
    assert set(ON_TENSORS) <= linked


def test_a_chapter_that_gives_minutes_gives_those_of_the_map() -> None:
    marks = re.findall(r"\[([\d:]+)\]\(https", text_of(MAP))
    for name in ORDER:
        minutes = r"In the lecture\n: ([\d:]+) to ([\d:]+)"
        given = re.search(minutes, text_of(name))
        if given:
            assert set(given.groups()) <= set(marks)
            assert f"]({name}.md#" in text_of(MAP)


# --- What is folded on a page ---

# All pages with cells, as `text_of` names them.
EVERY_PAGE = [
    f"../{path.relative_to(ROOT / 'docs').with_suffix('')}"
    for path in sorted(ROOT.glob("docs/**/*.md"))
    if path.relative_to(ROOT).parts[1][0] != "_"
    and "\n```{code-cell}" in path.read_text("utf-8")
]
UNSEEN = FOLDED | {"remove-input"}


def scopes(table: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    """A scope and all those inside it."""
    yield table
    for inner in table.get_children():
        yield from scopes(inner)


def names_in(line: ast.stmt) -> tuple[set[str], set[str]]:
    """The names that a statement takes from the page, and those it makes."""
    page = symtable.symtable(ast.unparse(line), "cell", "exec")
    taken = {
        symbol.get_name()
        for table in scopes(page)
        for symbol in table.get_symbols()
        if symbol.is_referenced() and (table is page or symbol.is_global())
    }
    made = {
        symbol.get_name()
        for symbol in page.get_symbols()
        if symbol.is_assigned() or symbol.is_imported()
    }
    return (taken - made if hasattr(line, "body") else taken), made


def taken_from_folds(cells: Iterable[Cell]) -> Iterator[str]:
    """The names that open code, or an answer, takes from folded code."""
    folded: set[str] = set()
    for cell in cells:
        own: set[str] = set()
        for line in cell.tree.body:
            taken, made = names_in(line)
            if not cell.tags & UNSEEN:
                yield from taken & folded - own
            own |= made
        is_folded = cell.tags & (UNSEEN | {"hide-cell"})
        folded = folded | own if is_folded else folded - own


def test_a_name_from_a_fold_is_found() -> None:
    cells = [
        Cell(set(), "a = b = 1"),
        Cell({"hide-input"}, "from x import a, c\ndef f(): pass"),
        Cell(set(), "b + len([c for c in 'abc'])"),
        Cell(set(), "def g():\n    return f(a)"),
        Cell(set(), "a = 2\nd = a"),
        Cell({"hide-cell"}, "e = a\nfor i in [e]:\n    a = e + c"),
    ]
    assert ["a", "f", "c"] == [
        name
        for n in range(len(cells))
        for name in sorted(taken_from_folds(cells[: n + 1]))
        if name not in set(taken_from_folds(cells[:n]))
    ]


@pytest.mark.parametrize("page", EVERY_PAGE)
def test_open_code_needs_no_folded_code(page: str) -> None:
    assert [] == list(taken_from_folds(cells_of(page)))


@pytest.mark.parametrize("page", EVERY_PAGE)
def test_the_program_of_a_figure_prints_nothing(page: str) -> None:
    drawn = [x for x in cells_of(page) if "hide-input" in x.tags]
    assert not [x.code for x in drawn if "print(" in x.code and not x.named]


ON_DATA = [name for name in ON_TENSORS if "On the lecture" in text_of(name)]


@pytest.mark.parametrize("name", ON_DATA)
def test_a_chapter_runs_on_the_lectures_data(name: str) -> None:
    told = section(name, "On the lecture's data")
    (written,) = re.findall(r"(?ms)^```python\n(.*?)^```$", told)
    first = next(
        n
        for n, cell in enumerate(cells_of(name))
        if "faker" in cell.code or "__file__" in cell.code
    )
    before, after = cells_of(name)[:first], cells_of(name)[first + 1 :]
    replaced = Cell(UNSEEN, cells_of(name)[first].code)
    rest = [Cell(set(), cell.code) for cell in after]
    program = [*before, replaced, Cell(set(), written), *rest]
    assert [] == list(taken_from_folds(program))


def trained(program: str, seed: int) -> float:
    """The last loss of the lecture's loop with a model and its outputs."""
    names = {
        "MLP": lambda *sizes, **how: nn.MLP(*sizes, rng=Random(seed), **how),
        "xs": [[2, 3, -1], [3, -1, 0.5], [0.5, 1, 1], [1, 1, -1]],
    }
    made, outputs = program.strip().splitlines()
    exec(made, names)
    for _ in range(20):
        exec(outputs, names)
        pairs = zip(names["ypred"], [1, -1, -1, 1], strict=True)
        loss = sum((y - target) ** 2 for y, target in pairs)
        names["model"].zero_grad()
        loss.backward()
        for p in names["model"].parameters():
            p.data -= 0.1 * p.grad
    return loss.data


def test_the_lectures_loop_trains_as_the_page_writes_it() -> None:
    (written,) = re.findall(r"(?ms)^```python\n(.*?)^```$", text_of(MAP))
    plain = written.replace(', activation="tanh"', "").replace(".tanh()", "")
    assert written != plain
    assert all(trained(written, seed) < 0.1 for seed in range(10))
    # "Usually do not train with it": the default layers and output.
    assert sum(trained(plain, seed) < 0.5 for seed in range(10)) < 3
