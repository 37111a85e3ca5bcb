"""Programs as learners write them, and what each package makes of them.

The table is the Markdown files in this folder: a heading says what somebody
does, a block of Python does it, and the rest says where and why our answer
is another one.  What the first micrograd answers is saved in
``upstream.json``, so that nothing has to be fetched when the tests run.
This command fetches that package and writes the file again::

    python tests/habits/answers.py record

An answer is what a program prints and, if it ends in an error, the error.

Leaves out: comparing, which is up to ``tests/test_habits.py``, and the page
made from the table, which is up to ``docs/_ext/habits.py``.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import platform
import random
import re
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

FOLDER = Path(__file__).parent
ROOT = FOLDER.parents[1]
SAVED = FOLDER / "upstream.json"
FIRST = "micrograd==0.1.0"
COMMAND = "python tests/habits/answers.py record"


class Habit(NamedTuple):
    """One program, and what is to be said about it."""

    chapter: str
    title: str
    program: str
    ours: str  # our answer, where it is another one
    why: str


# --- The table ---

SECTION = re.compile(
    r"\n## (?P<title>[^\n]+)\n\n```python\n(?P<program>.*?)```\n"
    r"(?:\n```text\n(?P<ours>.*?)```\n\n(?P<why>.*?)\n)?(?=\n## |\Z)",
    re.DOTALL,
)


def habits() -> list[Habit]:
    """The table, in the order of its files."""
    found = []
    for path in sorted(FOLDER.glob("*.md")):
        text = path.read_text(encoding="utf-8")
        heading, _, rest = text.partition("\n")
        sections = [match.groupdict("") for match in SECTION.finditer(rest)]
        if len(sections) != len(re.findall(r"^## ", rest, re.MULTILINE)):
            raise ValueError(f"{path.name}: a section has another form")
        found += [Habit(heading.strip("# "), **one) for one in sections]
    return found


def saved() -> dict[str, Any]:
    """What the first micrograd answered; ``about`` says where and when."""
    found: dict[str, Any] = json.loads(SAVED.read_text(encoding="utf-8"))
    return found


# --- Running ---


def answers(folder: Path, programs: list[str]) -> list[str]:
    """What the package in a folder answers, in a process of its own."""
    done = subprocess.run(
        [sys.executable, __file__, "answer"],
        input=json.dumps(programs),
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(done.stderr)
    found: list[str] = json.loads(done.stdout)
    return found


def answer(program: str) -> str:
    """Run one program with a package that nobody has altered yet."""
    for name in [*sys.modules]:
        if name.partition(".")[0] == "micrograd":
            del sys.modules[name]
    random.seed(0)
    text = io.StringIO()
    with contextlib.redirect_stdout(text):
        try:
            exec(program, {"__name__": "__main__"})  # its purpose
        except Exception as error:  # whatever a learner sees
            print(in_a_line(error))
    return text.getvalue()


def in_a_line(error: Exception) -> str:
    """The error as Python ends its report, without addresses."""
    message = re.sub(r" at 0x\w+", "", str(error).partition("\n")[0])
    message = re.sub(r" \(\S*[/\\]\S*\)", "", message)  # folders
    message = re.sub(r";? *\(?(see )?https?://\S+", "", message)
    return f"{type(error).__name__}: {message}".strip(": ")


def record() -> None:
    """Fetch the first micrograd and save what it answers."""
    with tempfile.TemporaryDirectory() as folder:
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps"]
        subprocess.run([*pip, "--target", folder, FIRST], check=True)
        table = habits()
        found = answers(Path(folder), [habit.program for habit in table])
    about = {
        "package": FIRST,
        "command": COMMAND,
        "python": platform.python_version(),
        "date": datetime.now(UTC).date().isoformat(),
    }
    by_title = {h.title: a for h, a in zip(table, found, strict=True)}
    text = json.dumps({"about": about, "answers": by_title}, indent=1)
    SAVED.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    if sys.argv[1:] == ["record"]:
        record()
    else:
        sys.path.remove(str(FOLDER))
        json.dump([answer(p) for p in json.load(sys.stdin)], sys.stdout)
