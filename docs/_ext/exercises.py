"""Directives that put the exercises of ``docs/exercises`` on pages.

- ``exercise`` with ``group/name``: one exercise, as a section of the page;
- ``exercise-given`` with a group: the code that its exercises share;
- ``exercise-table`` with a group: its exercises with level and idea;
- ``exercise-pack`` with a group: a link to the zip that is made of it.

Code stands in the same elements as the cells of an executed page, so that
whatever makes those runnable finds these, too; it is not run while the site
is built, but by ``tests/test_exercises.py``.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

import exercise_files
from exercise_packs import write_packs

PACKS = "_downloads/exercises"


def block(code: str, kind: str, group: str, language: str = "ipython3") -> str:
    """A block of code in the elements of an executed page.

    What a whole group needs is said by a class: the lines of one block may
    not show it.
    """
    needs = " needs-numpy" if group in exercise_files.ON_TENSORS else ""
    return (
        f"::::::{{container}} cell tag_{kind}{needs}\n"
        ":::::{container} cell_input\n"
        f"```{language}\n{code}\n```\n"
        ":::::\n"
        "::::::\n"
    )


def folded(title: str, text: str, kind: str) -> str:
    """Something that opens when its title is clicked."""
    return (
        f":::::::{{dropdown}} {title}\n"
        f":class-container: mg-folded mg-{kind}\n\n"
        f"{text}\n"
        ":::::::\n"
    )


class ForExercises(SphinxDirective):
    """What the directives share: a group, and the files that it depends on."""

    required_arguments = 1

    def parsed(self, text: str) -> list[nodes.Node]:
        """Parse Markdown; tags are written as those of executed cells."""
        box = nodes.container("", *self.parse_text_to_nodes(text))
        for cell in box.findall(nodes.container):
            # The directive `container` writes dashes for them.
            cell["classes"] = [
                re.sub("^(tag|cell)-", r"\1_", name)
                for name in cell["classes"]
            ]
        return box.children

    def group(self) -> list[exercise_files.Exercise]:
        """The exercises of the group that the argument names."""
        name = self.arguments[0].partition("/")[0]
        for path in [*exercise_files.FOLDER.rglob("*.py"), Path(__file__)]:
            self.env.note_dependency(str(path))
        return exercise_files.group(name)


class OneExercise(ForExercises):
    """One exercise."""

    def run(self) -> list[nodes.Node]:
        """Build its section."""
        name = self.arguments[0].partition("/")[2]
        one = next(e for e in self.group() if e.name == name)
        heading = nodes.title()
        parsed, messages = self.parse_inline(f"{one.number} {one.title}")
        heading += parsed
        section = nodes.section("", heading, *messages, ids=[one.name])
        label = f"exercise-{self.arguments[0].replace('/', '-')}"
        self.env.domains.standard_domain.note_hyperlink_target(
            label, self.env.docname, one.name, heading.astext()
        )
        section += self.parsed(self.text(one))
        return [section]

    def text(self, one: exercise_files.Exercise) -> str:
        """The section as Markdown."""
        level, idea = one.fields["level"], one.fields["idea"]
        hints = one.all("hint")
        many = len(hints) > 1
        return "\n\n".join(
            [
                "{.mg-exercise-facts}\n"
                f"Level {level}: {idea}; after []({one.fields['follows']}.md)",
                one.one("statement"),
                block(one.start, "exercise", one.group),
                folded("Check", block(one.check, "check", one.group), "check"),
                *(
                    folded(f"Hint {i}" if many else "Hint", hint, "hint")
                    for i, hint in enumerate(hints, start=1)
                ),
                folded("Solution", self.solution(one), "solution"),
            ]
        )

    def solution(self, one: exercise_files.Exercise) -> str:
        """The solution as Markdown; of a bug, what is to be changed."""
        if one.one("wrong"):
            code = block(one.repair, "repair", one.group, "diff")
        else:
            code = block(one.solution, "solution", one.group)
        return f"{code}\n\n{one.one('remark')}"


class Given(ForExercises):
    """What the exercises of a page start from."""

    def run(self) -> list[nodes.Node]:
        """Build the block."""
        self.group()
        code, _ = exercise_files.given(self.arguments[0])
        return self.parsed(block(code, "given", self.arguments[0]))


class Table(ForExercises):
    """The exercises of a group in a table."""

    def run(self) -> list[nodes.Node]:
        """Build it."""
        rows = [
            ":::{list-table}",
            ":header-rows: 1",
            ":class: mg-plain mg-exercises",
            ":widths: 62 8 30",
            "",
            "* - Exercise\n  - Level\n  - After",
        ]
        for one in self.group():
            place = f"#exercise-{one.group}-{one.name}"
            rows.append(
                f"* - {one.number} [{one.title}]({place}): "
                f"{one.fields['idea']}\n"
                f"  - {one.fields['level']}\n"
                f"  - []({one.fields['follows']}.md)"
            )
        return self.parse_text_to_nodes("\n".join([*rows, ":::"]))


class Pack(ForExercises):
    """A link to the zip of a group."""

    def run(self) -> list[nodes.Node]:
        """Build the paragraph."""
        count = len(self.group())
        up = "../" * self.env.docname.count("/")
        address = f"{up}{PACKS}/{self.arguments[0]}.zip"
        words = f"These {count} exercises as notebooks and a script (zip)"
        link = nodes.reference("", words, refuri=address, internal=True)
        return [nodes.paragraph("", "", link, classes=["mg-pack"])]


def make_packs(app: Sphinx, exception: Exception | None) -> None:
    """Write the packs beside the pages."""
    if exception is None and app.builder.format == "html":
        write_packs(Path(app.outdir) / PACKS, app.config.html_baseurl)


def add_files(
    app: Sphinx, page: str, template: str, context: Any, doctree: Any
) -> None:
    """Load the style and the script of exercises where there are any."""
    if page.startswith("exercises/"):
        app.add_css_file("exercises.css")
        app.add_js_file("exercises.mjs", type="module")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.add_directive("exercise", OneExercise)
    app.add_directive("exercise-given", Given)
    app.add_directive("exercise-table", Table)
    app.add_directive("exercise-pack", Pack)
    app.connect("html-page-context", add_files)
    app.connect("build-finished", make_packs)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
