"""Formulas: typeset by KaTeX over pipes, whatever else the machine does."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[1] / "docs"
sys.path.append(str(DOCS / "_ext"))

application = pytest.importorskip(
    "sphinx.application", reason="pages are made by Sphinx"
)
formulas = pytest.importorskip(
    "formulas", reason="Node.js typesets formulas: install the docs group"
)

needs_katex = pytest.mark.skipif(
    not formulas.KATEX.exists(), reason="npm has brought no KaTeX"
)


@pytest.fixture
def build(tmp_path, monkeypatch):
    """Builds a site of one page; returns its HTML and what was said."""
    monkeypatch.delenv("CI", raising=False)

    def made(text: str) -> tuple[str, str]:
        (tmp_path / "index.rst").write_text(f"Page\n====\n\n{text}\n", "utf-8")
        said = tmp_path / "said"
        with said.open("w", encoding="utf-8") as stream:
            app = application.Sphinx(
                str(tmp_path),
                None,
                str(tmp_path / "out"),
                str(tmp_path / "trees"),
                "html",
                {
                    "extensions": ["formulas"],
                    "html_math_renderer": "formulas",
                    "html_theme": "basic",
                },
                status=stream,
                warning=stream,
            )
            app.build()
        page = (tmp_path / "out" / "index.html").read_text("utf-8")
        return page, said.read_text("utf-8")

    return made


@needs_katex
def test_a_busy_machine_refuses_no_connection() -> None:
    # So many at once keep every core busy themselves: where a server was
    # waited for, one start in 25 ended with a refused connection.
    started = [formulas.Typesetter() for _ in range(25)]
    answers = [one.typeset("x^2", display=False) for one in started]
    for one in started:
        one.close()
    assert [answers[0]] * 25 == answers
    assert "msup" in answers[0]["html"]


@needs_katex
def test_a_formula_is_typeset_on_its_page(build) -> None:
    page, said = build("A square :math:`x^2`.\n\n.. math::\n\n   a &= b\n")
    assert 'class="math' in page
    assert "<msup>" in page
    assert "katex-display" in page
    assert "WARNING" not in said


@needs_katex
def test_a_mistake_in_a_formula_is_a_warning_that_names_the_page(
    build,
) -> None:
    _, said = build("Half a brace :math:`x^{`.")
    assert "index.rst:4: WARNING: KaTeX parse error" in said


@needs_katex
def test_every_font_of_the_style_sheet_is_there(build, tmp_path) -> None:
    build(":math:`x`")
    there = tmp_path / "out" / "_static" / "katex"
    names = formulas.re.findall(r"url\((.*?)\)", formulas.style_sheet())
    assert len(names) > 10
    assert all((there / name).exists() for name in names)


@needs_katex
def test_a_formula_is_typeset_once_however_often_it_stands(build) -> None:
    formulas.typeset.cache_clear()
    build(" ".join([":math:`a + b`"] * 5))
    assert 1 == formulas.typeset.cache_info().misses


@needs_katex
def test_a_typesetter_that_ended_is_reported_with_the_formula() -> None:
    one = formulas.Typesetter()
    one.process.kill()
    one.process.wait()
    with pytest.raises(formulas.ExtensionError, match="for 'x\\^2'"):
        one.typeset("x^2", display=False)
    one.close()


@needs_katex
def test_a_process_of_its_own_has_a_typesetter_of_its_own() -> None:
    ours, others = formulas.typesetter(1), formulas.typesetter(2)
    assert ours is not others
    for one in (ours, others):
        one.close()
    formulas.typesetter.cache_clear()


# --- Without what npm brings ---


@pytest.fixture
def no_katex(monkeypatch):
    monkeypatch.setattr(formulas, "KATEX", formulas.MODULES / "nothing")


def test_without_katex_a_page_shows_the_latex_and_the_build_says_so(
    build, no_katex
) -> None:
    page, said = build(":math:`a < b`")
    assert "<code>a &lt; b</code>" in page
    assert "formulas stay LaTeX" in said
    assert "npm ci" in said


def test_a_machine_that_checks_builds_no_page_without_its_formulas(
    build, no_katex, monkeypatch
) -> None:
    monkeypatch.setitem(os.environ, "CI", "true")
    with pytest.raises(formulas.ExtensionError, match="formulas stay LaTeX"):
        build(":math:`x`")
