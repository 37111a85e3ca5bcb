"""What a project promises to those who join, compared with what is there."""

import json
import re
import sys
from pathlib import Path

import pytest

from micrograd import about

ROOT = Path(__file__).parents[1]
if not (ROOT / ".github").exists():
    pytest.skip("a copy without the repository", allow_module_level=True)
sys.path.append(str(ROOT / "docs" / "_ext"))

import readme_figures  # noqa: E402
import speeds  # noqa: E402

README = (ROOT / "README.md").read_text("utf-8")
CHANGELOG = (ROOT / "docs" / "changelog.md").read_text("utf-8")

# --- Size and speed ---

NEAR = 0.05  # two digits, and a few lines more or less since they were counted


def figures_of(text):
    """The rows of the README's table, as numbers."""
    rows = re.findall(r"\| ([^|]+) \| ([\d,]+) \| ([\d,]+) \|", text)
    return {
        title: [int(number.replace(",", "")) for number in numbers]
        for title, *numbers in rows
    }


def test_the_readme_states_the_size_as_it_is():
    stated, counted = figures_of(README), readme_figures.sizes()
    assert set(stated) == set(counted), "python3 docs/_ext/readme_figures.py"
    for title, numbers in counted.items():
        for expected, written in zip(numbers, stated[title], strict=True):
            apart = abs(expected - written) / expected
            assert apart <= NEAR, f"{title}: {expected}, not {written}"


def test_the_readme_quotes_the_saved_speeds():
    fresh = readme_figures.table().split("\n\n")[1]
    assert fresh in README, "run python3 docs/_ext/readme_figures.py"


def test_code_is_counted_without_prose():
    text = '"""Prose."""\n\n# why\nx = [\n    1,\n]\n\n\ndef f():\n    "no"\n'
    assert 4 == readme_figures.code_lines(text)


def test_a_speed_is_written_in_two_digits():
    assert "1.1 s" == speeds.duration(1.1254)
    assert "430 µs" == speeds.duration(4.31e-4)
    assert "15 µs" == speeds.duration(1.478e-5)


def test_a_speed_that_nobody_measured_is_refused():
    with pytest.raises(LookupError):
        speeds.speed("eager / a system that is not there")


# How often something is as fast as something else: a page asks for it.
CLAIM = re.compile(
    r"(?i)\b(\d[\d,.]*|few|some|several|many|hundreds?|thousands?|dozens?)"
    r"( of)?\s*(times|×|x)\s+(as fast|faster|slower|quicker|as quick)"
)
# Speeds that are not those of programs.
ELSEWHERE = {"how-pytorch-does-it.md", "the-life-of-a-graph.md"}


def claims():
    pages = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    pages += (ROOT / "docs").glob("[a-z]*/*.md")
    pages += (ROOT / "gallery").glob("*/*.py")
    pages += (ROOT / "micrograd").rglob("*.py")
    for path in sorted(pages):
        if path.parent.name == "decisions" or path.name in ELSEWHERE:
            continue
        for found in CLAIM.finditer(path.read_text("utf-8")):
            yield f"{path.relative_to(ROOT)}: {found[0]}"


def test_no_page_states_a_speed_of_its_own():
    assert not list(claims())


@pytest.mark.parametrize(
    "text", ["9,134 times faster", "a few hundred times as fast", "7 x faster"]
)
def test_a_speed_of_its_own_is_recognised(text):
    assert CLAIM.search(text)


# --- Releases ---


def test_the_changelog_begins_with_what_is_not_released():
    headings = re.findall(r"(?m)^## (.+)$", CHANGELOG)
    assert "Unreleased" == headings[0]
    for heading in headings[1:]:
        assert re.fullmatch(r"\d+\.\d+\.\d+ - \d{4}-\d\d-\d\d", heading)


def test_the_citation_names_this_version_and_these_addresses():
    text = (ROOT / "CITATION.cff").read_text("utf-8")
    assert f"version: {about.__version__}\n" in text
    assert f"repository-code: {about.SOURCE}\n" in text
    assert f"url: {about.DOCS}\n" in text


def test_the_list_of_versions_begins_with_this_one():
    text = (ROOT / "docs" / "_static" / "versions.json").read_text("utf-8")
    this = {"version": about.__version__, "url": about.DOCS}
    assert this == json.loads(text)[0]


def test_what_is_not_released_has_a_version_that_says_so():
    newest = re.findall(r"(?m)^## (\d+\.\d+\.\d+) - ", CHANGELOG)[0]
    unreleased = CHANGELOG.partition("## Unreleased")[2].partition("\n## ")[0]
    assert bool(unreleased.strip()) == (".dev" in about.__version__)
    assert (newest == about.__version__) != (".dev" in about.__version__)


# --- Joining ---


# Its own instructions name a branch.
BY_BRANCH = {"pypa/gh-action-pypi-publish@release/v1"}
PINNED = r"[\w-]+/[\w.-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+"


def test_every_action_is_pinned_by_its_commit_with_its_tag_beside_it():
    for path in sorted((ROOT / ".github" / "workflows").glob("*.yml")):
        for action in re.findall(r"uses: (.+)", path.read_text("utf-8")):
            assert action in BY_BRANCH or re.fullmatch(PINNED, action), action


def test_every_session_that_a_workflow_runs_is_there():
    noxfile = (ROOT / "noxfile.py").read_text("utf-8")
    for path in sorted((ROOT / ".github" / "workflows").glob("*.yml")):
        run = re.findall(r"noxfile\.py -s ([\w -]+)", path.read_text("utf-8"))
        for name in " ".join(run).split():
            function = f"def {name.replace('-', '_')}(session"
            assert function in noxfile, name


@pytest.mark.parametrize(
    "name",
    [
        "CITATION.cff",
        "CONTRIBUTING.md",
        "LICENSE",
        "SECURITY.md",
        ".github/ISSUE_TEMPLATE/bug.yml",
        ".github/ISSUE_TEMPLATE/docs.yml",
        ".github/ISSUE_TEMPLATE/question.yml",
        ".github/pull_request_template.md",
        ".pre-commit-config.yaml",
    ],
)
def test_what_a_host_looks_for_is_there(name):
    assert (ROOT / name).read_text("utf-8").strip()


def test_every_local_link_of_the_front_pages_leads_somewhere():
    for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md"):
        text = (ROOT / name).read_text("utf-8")
        for link in re.findall(r"\]\(([^)#:]+)\)", text):
            assert (ROOT / link).exists(), (name, link)
