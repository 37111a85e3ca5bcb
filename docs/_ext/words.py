"""Finds words that we do not write, and says what to write instead.

The session ``lint`` runs it; with ``count`` it says how long the site is::

    python docs/_ext/words.py
    python docs/_ext/words.py count
    python docs/_ext/words.py count pages

``count`` counts prose alone, of everything; ``count pages`` what a reader of
the site has before the tensors, as ``wc -w`` counts it: whole pages, with
their cells, together, and beside them the prose of the gallery.

It reads the prose of pages, and of Python files the docstrings, the messages
of errors, and the text of gallery scripts.  Code, names between backticks
and addresses are left out.  The table is a list of habits that were once
found here, not of all words that exist: add to it what a reader stumbles
over.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]

# --- The table: what is not written, what to write, and an example ---

NOT_AFTER_BY = "hand|differences|finite|default|step"
WORDS = [
    (
        r"\b(derivative|gradient|slope|partial)s?"
        r"( of ((the|this|that|an?|one|order) )?[\w.]+)? by "
        rf"(?!{NOT_AFTER_BY})",
        "with respect to",
        "the derivative of L by a",
    ),
    (r"\bdifferentiat\w+ [^.,;:()]{0,20}\bby (?!hand|step)", "with respect to",
     "differentiated by its own input"),
    (r"\b(bends?|bent)\b", "activation, kink, curve", "bends the sum"),
    (r"\bthe door\b|\bat the door\b", "the check of arguments", "at the door"),
    (r"\b(simply|just|powerful|obviously)\b", "nothing: leave it out",
     "simply call it"),
    (r"\bwhoever\b", "anyone who, if you", "whoever minds"),
    (r"\bdearer\b", "more expensive", "each run gets dearer"),
    (r"\bwalk(s|ed)?\b", "backward pass, visit, go through", "one walk back"),
    (r"\bwalking (?!backwards)", "passing, visiting", "walking the graph"),
    (r"\b(hence|thence|whence)forth\b|\bwhence\b", "then, from there",
     "henceforth"),
    (r"\bsay so\b(?=[^.]*\bsays so\b)", "one of the two", "say so, says so"),
    (r"\bfor ever and\b|\bto and fro\b", "back and forth", "to and fro"),
    (r"\butils\b", "what is in it", "utils"),
    (r"\bmini-batch(es)?\b", "batch", "a mini-batch"),
    (r"\b(behavior|color|center|neighbor|initializ\w+|normaliz[a-z]+)s?\b",
     "the British spelling", "behavior"),
    (r"\bvanilla\b", "plain", "vanilla SGD"),
    (r"\blocal slope\b", "local gradient", "its local slope"),
    (r"\b(its|his|their) share of the gradient\b", "contribution",
     "its share of the gradient"),
]  # fmt: skip
TABLE = [
    (re.compile(pattern, re.IGNORECASE), instead)
    for pattern, instead, _ in WORDS
]

# --- Where it looks ---

PAGES = ["README.md", "docs/**/*.md", "gallery/**/*.rst"]
PYTHON = [
    "micrograd/**/*.py", "docs/_live/page_programs/*.py", "gallery/**/*.py",
]  # fmt: skip
BUILT = (
    "docs/_build",
    "docs/gallery",
    "docs/reference/generated",
    "docs/_live/node_modules",
    "docs/_live/python",
)


def files(patterns: list[str]) -> Iterator[Path]:
    """The files to read, in order."""
    for pattern in patterns:
        for path in sorted(ROOT.glob(pattern)):
            name = path.relative_to(ROOT).as_posix()
            if not name.startswith(BUILT):
                yield path


# --- What is prose ---

CODE = re.compile(
    r"^(?P<fence>`{3,}|:{3,})(?!\{(seealso|beside|note|dropdown|chapter)\b)"
    r"[^\n]*\n.*?^(?P=fence)\s*$"
    r"|\A---\n.*?\n---\n"  # the settings of a page
    r"|^ *(>>>|\.\.\. )[^\n]*$"
    r"|^`{3,}\{beside\}[^\n]*$",  # names of code
    re.MULTILINE | re.DOTALL,
)
NAMES = re.compile(
    r"\]\([^)]*\)|(`+).*?\1|<[^>\n]*>|https?://\S+|\$[^$\n]*\$"
    r"|\"[^\"\n]{3,}\"|\*[^*\n]+\*|\b[\w.]+\.(md|py|html)\b",
)


SHOWN = re.compile(r"(?<=^# %%\n)(#[^\n]*\n)+", re.MULTILINE)


def blank(found: re.Match[str]) -> str:
    """Blanks of the same length and lines: places stay where they are."""
    return re.sub(r"[^\n]", " ", found[0])


def prose(text: str) -> str:
    """A page without its code."""
    return NAMES.sub(blank, CODE.sub(blank, text))


def spoken(text: str) -> Iterator[tuple[int, str]]:
    """What a Python file says, with its lines.

    These are docstrings, messages of errors, and in scripts of the gallery
    the comments that a page shows as text, below ``# %%``.
    """
    for block in SHOWN.finditer(text):
        yield text.count("\n", 0, block.start()) + 1, block[0]
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.Raise) and node.exc is not None:
            for part in ast.walk(node.exc):
                if isinstance(part, ast.Constant):
                    yield part.lineno, str(part.value)
        kinds = (ast.Module, ast.ClassDef, ast.FunctionDef)
        if isinstance(node, kinds) and ast.get_docstring(node, clean=False):
            first = node.body[0]
            assert isinstance(first, ast.Expr)
            assert isinstance(first.value, ast.Constant)
            yield first.lineno, str(first.value.value)


# --- The search ---


def complaints(text: str, first: int = 1) -> Iterator[tuple[int, str]]:
    """Each word of the table in a text: its line, and what to write."""
    for pattern, instead in TABLE:
        for found in pattern.finditer(text):
            line = first + text.count("\n", 0, found.start())
            said = " ".join(found[0].split())
            yield line, f"{said!r}: write {instead}"


def in_file(path: Path) -> list[tuple[int, str]]:
    """The complaints about one file."""
    text = path.read_text("utf-8")
    if path.suffix != ".py":
        return sorted(complaints(prose(text)))
    found = [
        one
        for line, part in spoken(text)
        for one in complaints(prose(part), line)
    ]
    return sorted(set(found))


# --- How long the site is ---

WORD = re.compile(r"[^\W\d_][\w'’-]*")


def counts() -> dict[str, int]:
    """Words of prose by folder, code and names in backticks not counted."""
    found: dict[str, int] = {}
    for path in files(PAGES + PYTHON):
        number = sum(len(WORD.findall(prose(part))) for part in told(path))
        folder = folder_of(path)
        found[folder] = found.get(folder, 0) + number
    return found


def told(path: Path) -> list[str]:
    """What a file tells: a page whole, of Python what is for readers."""
    text = path.read_text("utf-8")
    if path.suffix != ".py":
        return [text]
    return [part for _, part in spoken(text)]


def folder_of(path: Path) -> str:
    """The folder by which a file is counted; of pages, also the next one."""
    parts = path.relative_to(ROOT).parts[:-1]
    return "/".join(parts[: 1 + (parts[:1] == ("docs",))]) or "README.md"


# Pages about tensors, what came after them, and records of decisions.
TENSORS = (
    "docs/gpt.md", "docs/decisions/",
    "docs/reference/linear.md", "docs/reference/tensors.md",
    "docs/source/replay.md", "docs/source/tensors.md",
    "docs/exercises/shapes.md",
    "docs/exercises/transposes.md",
    "docs/exercises/backward.md",
    "docs/exercises/model-bugs.md",
    "docs/exercises/models.md",
    "docs/exercises/tokens.md",
    "docs/explanation/two-tables.md",
    "docs/explanation/where-people-get-stuck-on-tensors.md",
    "docs/how-to/make-tensors-fast.md", "docs/how-to/use-a-gpu.md",
    "docs/how-to/run-the-lectures-notebooks.md",
    "docs/how-to/see-a-tensor-program-number-by-number.md",
    "docs/how-to/teach-the-course-in-ten-sessions.md",
    "docs/how-to/train-on-handwritten-digits.md",
    "docs/how-to/train-on-several-machines.md",
    "docs/how-to/use-another-array-library.md",
    "docs/tutorials/a-tree-of-letters.md",
    "docs/tutorials/attention-and-a-gpt.md",
    "docs/tutorials/backward-by-hand.md",
    "docs/tutorials/byte-pair-encoding.md",
    "docs/tutorials/counting-letters.md",
    "docs/tutorials/from-numbers-to-tensors.md",
    "docs/tutorials/the-course-part-by-part.md",
    "docs/tutorials/three-letters-of-context.md",
    "docs/tutorials/what-goes-on-inside.md",
    "gallery/7_tensors/", "gallery/8_models/", "gallery/9_learning/",
)  # fmt: skip


def page_counts() -> dict[str, int]:
    """Words of the site before the tensors, as ``wc -w`` counts, by folder."""
    found: dict[str, int] = {}
    for path in files(["docs/**/*.md", "gallery/**/*.py"]):
        if path.relative_to(ROOT).as_posix().startswith(TENSORS):
            continue
        number = sum(len(part.split()) for part in told(path))
        folder = folder_of(path)
        found[folder] = found.get(folder, 0) + number
    return found


def told_counts(found: dict[str, int]) -> Iterator[str]:
    """The counts as lines: by folder, of the docs alone, and of everything."""
    docs = {name: n for name, n in found.items() if name.startswith("docs")}
    rest = {name: n for name, n in found.items() if name not in docs}
    total = {"docs, together": sum(docs.values())}
    whole = {"all of it": sum(found.values())}
    for name, number in (docs | total | rest | whole).items():
        yield f"{number:7,} {name}"


def main() -> int:
    """Print what is found; 1 if there was anything."""
    number = 0
    for path in files(PAGES + PYTHON):
        for line, what in in_file(path):
            number += 1
            print(f"{path.relative_to(ROOT)}:{line}: {what}")
    print(f"{number} words to change" if number else "words: all clear")
    return int(number > 0)


if __name__ == "__main__":
    if sys.argv[1:2] == ["count"]:
        counted = page_counts() if sys.argv[2:] == ["pages"] else counts()
        print(*told_counts(counted), sep="\n")
    else:
        sys.exit(main())
