"""The table of programs that are run on both packages, as a page.

Two directives::

    ```{habits}            chapter by chapter: programs with another answer
    ```{habits} same       the names of the programs with the same answer

The table is ``tests/habits``: the tests run it, so a page that is made from
it can say no more than they do.  Nothing is run here.
"""

from __future__ import annotations

import sys
from itertools import groupby
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

FOLDER = Path(__file__).parents[2] / "tests" / "habits"
sys.path.append(str(FOLDER))

import answers  # type: ignore[import-not-found] # noqa: E402

SECTION = """\
#### {title}

```python
{program}
```

{original} answers:

```none
{first}
```

This package answers:

```none
{ours}
```

{why}
"""


def by_chapter(*, different: bool) -> dict[str, list[answers.Habit]]:
    """The programs with the same answer, or the others, by chapter."""
    table = [one for one in answers.habits() if bool(one.ours) == different]
    return {
        chapter: [*group]
        for chapter, group in groupby(table, lambda one: one.chapter)
    }


def differences() -> str:
    """Every program with another answer, as Markdown."""
    about, first = answers.saved().values()
    original = about["package"].replace("==", " ")
    parts = []
    for chapter, group in by_chapter(different=True).items():
        parts.append(f"### {chapter}\n")
        parts += [
            SECTION.format(
                title=one.title,
                program=one.program.rstrip(),
                original=original,
                first=first[one.title].rstrip(),
                ours=one.ours.rstrip(),
                why=one.why,
            )
            for one in group
        ]
    return "\n".join(parts)


def agreements() -> str:
    """The names of all programs with the same answer, as Markdown."""
    return "\n".join(
        f"{chapter}\n: {'; '.join(one.title for one in group)}.\n"
        for chapter, group in by_chapter(different=False).items()
    )


class Habits(SphinxDirective):
    """The programs of the table, those that differ or the others."""

    optional_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Write Markdown and have it parsed here."""
        for path in [*FOLDER.glob("*.md"), answers.SAVED]:
            self.env.note_dependency(str(path))
        text = agreements() if self.arguments else differences()
        return self.parse_text_to_nodes(text, allow_section_headings=True)


class HabitsCounted(SphinxDirective):
    """How many programs there are, and when the first was asked."""

    def run(self) -> list[nodes.Node]:
        """Build the paragraph."""
        about = answers.saved()["about"]
        total = len(answers.habits())
        other = sum(map(len, by_chapter(different=True).values()))
        text = (
            f"{total} programs are run on both: {total - other} give the "
            f"same answer, {other} a different one. The original's answers "
            f"were recorded on {about['date']}, with Python "
            f"{about['python']}, by `{about['command']}`."
        )
        return self.parse_text_to_nodes(text)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.add_directive("habits", Habits)
    app.add_directive("habits-counted", HabitsCounted)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
