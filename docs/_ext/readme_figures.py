"""Counts for the README: ``python3 docs/_ext/readme_figures.py`` writes them.

Lines are counted twice: all of them, as the original counts its hundred,
and those that are code.  Here two thirds of a file are docstrings, which
the reference and the tests are made of.
"""

from __future__ import annotations

import ast
import io
import tokenize
from pathlib import Path

import speeds

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
BEGIN, END = "<!-- figures: begin -->\n", "<!-- figures: end -->\n"
PACKAGE = ROOT / "micrograd"
HEART = ["rules", "primitives", "operators", "engine"]
PARTS = {
    "The heart, to read first: rules, table, operators, engine": HEART,
    "Compiler": ["compiler"],
    "Tensors": ["tensors"],
    "Drawing, and the steps": ["draw", "live"],
}
NO_CODE = {
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENCODING,
    tokenize.ENDMARKER,
}
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def code_lines(text: str) -> int:
    """How many lines are neither blank nor comment nor docstring."""
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in NO_CODE:
            lines.update(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, DOCUMENTED) and ast.get_docstring(node):
            string = node.body[0]
            end = string.end_lineno or string.lineno
            lines -= set(range(string.lineno, end + 1))
    return len(lines)


def files(part: str) -> list[Path]:
    """The Python files of a module or a folder; none if it is not there."""
    alone = PACKAGE / f"{part}.py"
    return (
        [alone] if alone.exists() else sorted((PACKAGE / part).rglob("*.py"))
    )


def count(paths: list[Path]) -> tuple[int, int]:
    """Lines of code, and all lines."""
    texts = [path.read_text("utf-8") for path in paths]
    return sum(map(code_lines, texts)), sum(t.count("\n") for t in texts)


def sizes() -> dict[str, tuple[int, int]]:
    """The lines of each part, and of the whole."""
    found = {}
    told: set[Path] = set()
    for title, parts in PARTS.items():
        paths = [path for part in parts for path in files(part)]
        told |= {*paths}
        if paths:
            found[title] = count(paths)
    every = sorted(PACKAGE.rglob("*.py"))
    rest = [path for path in every if path not in told]
    found["All the rest: transforms, networks, optimisers, data, checks"] = (
        count(rest)
    )
    return found | {"The whole package": count(every)}


def table() -> str:
    """What stands between the two marks in the README."""
    rows = [("", "lines of code", "with docstrings and comments")]
    for title, (code, every) in sizes().items():
        figures = [f"{speeds.rounded(n):,.0f}" for n in (code, every)]
        rows.append((title, figures[0], figures[1]))
    head, *body = [f"| {' | '.join(row)} |\n" for row in rows]
    date, _ = speeds.newest()
    names = ["micrograd 0.1.0, as shipped", "eager", "PyTorch", "compiled"]
    first, eager, torch, ours = map(speeds.speed, names)
    text = (
        "A training step of the two moons, 337 parameters and 100 points: "
        f"{first} in the original, {eager} here, {ours} compiled; {torch} in "
        f"PyTorch. Measured on one core on {date}, with "
        "[benchmarks](benchmarks/results).\n"
    )
    return f"{head}| --- | ---: | ---: |\n{''.join(body)}\n{text}"


def renewed(readme: str) -> str:
    """The README with the figures of today."""
    before, _, rest = readme.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{table()}\n{END}{after}"


if __name__ == "__main__":
    README.write_text(renewed(README.read_text("utf-8")), encoding="utf-8")
