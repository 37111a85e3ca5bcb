"""Packs: the exercises of a group as notebooks and a script, in a zip.

Everything is made from the files of ``docs/exercises``, with the standard
library alone; the same files give the same bytes.
"""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path
from typing import Any

from exercise_files import (
    FOLDER,
    GROUPS,
    ON_TENSORS,
    Exercise,
    expect,
    given,
    group,
    title,
)
from micrograd import about

__all__ = [
    "LICENCE",
    "WHEEL",
    "jupyter",
    "notebook",
    "pack",
    "script",
    "write_packs",
    "write_zip",
]

LICENCE = FOLDER.parents[1] / "LICENSE"
WHEEL = f'pip install "{about.DISTRIBUTION}{{extra}} @ {{base}}{about.WHEEL}"'
FIRST = """\
# Run this cell first.  It needs the package micrograd{also}; how to install:
# {base}installation.html
{expect}"""
README = """\
# {title}

Exercises that check themselves, from the documentation of micrograd:
{address}

- `{name}.ipynb`: a notebook; write your answer into a cell, run it, and run
  the check below it.
- `{name}.py`: the same as a script in cells, for an editor that runs them.
- `{name}-solutions.ipynb`: every check passes.

They need Python 3.11 or newer and the package{also}:

    {install}

Other ways to install it: <{base}installation.html>.

Text and code are under the MIT licence, in the file LICENSE: use, change
and share them, and keep that file with them.
"""

Cell = tuple[str, str]  # "markdown" or "code", and the text


# --- Cells ---


def cells(name: str, base: str, *, solved: bool) -> list[Cell]:
    """The cells of a notebook, in order."""
    heading = title(f"exercises/{name}")
    text = f"# {heading}\n\nFrom <{base}exercises/{name}.html>."
    found = [("markdown", text)]
    first_cell = FIRST.format(base=base, expect=expect(), also=also(name))
    found.append(("code", first_cell))
    shared, first = given(name)
    for one in group(name):
        if shared and one.name == first:
            found.append(("code", shared))
        found += of_one(one, base, solved=solved)
    return found


def also(name: str) -> str:
    """What a group needs besides the package, in words."""
    return " and NumPy" if name in ON_TENSORS else ""


def of_one(one: Exercise, base: str, *, solved: bool) -> list[Cell]:
    """The cells of one exercise."""
    page = one.fields["follows"].lstrip("/")
    facts = (
        f"*Level {one.fields['level']}: {one.fields['idea']}; "
        f"after [{title(page)}]({base}{page}.html)*"
    )
    heading = f"## {one.number} {one.title}"
    text = "\n\n".join([heading, facts, one.one("statement")])
    if not solved:
        folded = "\n\n".join(details("Hint", hint) for hint in one.all("hint"))
        text = f"{text}\n\n{folded}"
    found = [("markdown", text)]
    found.append(("code", one.solution if solved else one.start))
    found.append(("code", one.one("check")))
    if solved and one.one("remark"):
        found.append(("markdown", one.one("remark")))
    return [(kind, outside(text, base)) for kind, text in found]


def details(summary: str, text: str) -> str:
    """Text behind a line that opens it."""
    return f"<details><summary>{summary}</summary>\n\n{text}\n\n</details>"


def outside(text: str, base: str) -> str:
    """Links to pages of the site as addresses that work elsewhere."""
    return re.sub(r"\]\(/([\w/-]+)\.md", rf"]({base}\1.html", text)


# --- Files ---


def notebook(name: str, base: str, *, solved: bool) -> str:
    """A group as a notebook."""
    found = cells(name, base, solved=solved)
    return jupyter(name, [(kind, text, {}) for kind, text in found])


def jupyter(name: str, cells: list[tuple[str, str, dict[str, Any]]]) -> str:
    """Cells with what is to be known of each, in the format of Jupyter."""
    made: list[dict[str, Any]] = []
    for i, (kind, text, known) in enumerate(cells):
        cell: dict[str, Any] = {"cell_type": kind, "id": f"{name[:50]}-{i}"}
        cell |= {"metadata": known, "source": text.splitlines(keepends=True)}
        if kind == "code":
            cell |= {"execution_count": None, "outputs": []}
        made.append(cell)
    kernel = {"display_name": "Python 3", "name": "python3"}
    kernel["language"] = "python"
    form = {"nbformat": 4, "nbformat_minor": 5}
    data = {"cells": made, "metadata": {"kernelspec": kernel}, **form}
    return json.dumps(data, indent=1, ensure_ascii=False) + "\n"


def script(name: str, base: str) -> str:
    """A group as a script in cells."""
    parts = []
    for kind, text in cells(name, base, solved=False):
        if kind == "code":
            parts.append(f"# %%\n{text}\n")
        else:
            prose = "\n".join(f"# {x}".rstrip() for x in text.split("\n"))
            parts.append(f"# %% [markdown]\n{prose}\n")
    return "\n".join(parts)


def pack(name: str, base: str) -> dict[str, str]:
    """The files of a group's zip, by name."""
    address = f"{base}exercises/{name}.html"
    readme = README.format(
        title=title(f"exercises/{name}"),
        name=name,
        address=address,
        base=base,
        also=also(name),
        install=WHEEL.format(
            base=base, extra="[arrays]" if name in ON_TENSORS else ""
        ),
    )
    return {
        "README.md": readme,
        "LICENSE": LICENCE.read_text("utf-8"),
        f"{name}.ipynb": notebook(name, base, solved=False),
        f"{name}-solutions.ipynb": notebook(name, base, solved=True),
        f"{name}.py": script(name, base),
    }


def write_packs(folder: Path, base: str) -> None:
    """Write a zip for every group."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in GROUPS:
        write_zip(folder / f"{name}.zip", pack(name, base))


def write_zip(archive: Path, files: dict[str, str]) -> None:
    """Write files by name into one folder of a zip, called as the zip is."""
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        for path, text in files.items():
            info = zipfile.ZipInfo(f"{archive.stem}/{path}")
            info.compress_type = zipfile.ZIP_DEFLATED
            file.writestr(info, text)
