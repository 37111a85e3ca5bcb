"""One name for pip, one version, one set of addresses, everywhere.

The distribution on PyPI that is called ``micrograd`` is the original: a
page that tells a reader to install it hands over another program.
"""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import micrograd
from micrograd import __main__ as what_is_here
from micrograd import about

ROOT = Path(__file__).parents[1]
PYPROJECT = ROOT / "pyproject.toml"
COMMAND = re.compile(
    r"pip\d? +install((?: +(?:-+[\w-]+|\"[^\"\n]+\"|'[^'\n]+'|[\w.<>=/:-]+))+)"
)
ADDRESS = re.compile(r"https?://[\w./@{}-]*micrograd[\w./{}-]*")
# Other people's projects, which pages name.
OTHERS = ("karpathy/", "EurekaLabsAI/")
TEXTS = {".md", ".py", ".rst", ".toml", ".yml", ".yaml", ".json", ".cff"}
TEXTS |= {".mjs", ".js", ".html"}


def texts():
    """Every file of ours that a reader, or a program, may read."""
    made = {"node_modules", "_build", "generated", "__pycache__", "dist"}
    for folder, inside, names in os.walk(ROOT):
        inside[:] = [
            name
            for name in sorted(inside)
            if name not in made
            and (name[0] != "." or name == ".github")
            and Path(folder, name) != ROOT / "docs" / "gallery"
        ]
        for path in (Path(folder) / name for name in sorted(names)):
            if path.suffix in TEXTS:
                yield path, path.read_text(encoding="utf-8")


needs_pyproject = pytest.mark.skipif(
    not PYPROJECT.exists(), reason="a copy without pyproject.toml"
)


@needs_pyproject
def test_the_project_file_says_what_the_package_says():
    project = tomllib.loads(PYPROJECT.read_text("utf-8"))["project"]
    assert about.DISTRIBUTION == project["name"]
    assert about.DOCS == project["urls"]["Documentation"]
    assert about.SOURCE == project["urls"]["Source"]
    assert f"{about.DOCS}changelog.html" == project["urls"]["Changelog"]
    assert ["version"] == project["dynamic"]  # read from about.py
    extras = project["optional-dependencies"]
    everything = ",".join(name for name in extras if name != "all")
    assert [f"{about.DISTRIBUTION}[{everything}]"] == extras["all"]
    assert set(what_is_here.EXTRAS) == set(extras) - {"all"}
    for extra, package in what_is_here.EXTRAS.items():
        assert package in " ".join(extras[extra])


def test_the_package_knows_its_version():
    assert about.__version__ == micrograd.__version__
    assert re.fullmatch(r"\d+\.\d+\.\d+(\.dev\d+)?", about.__version__)


def wrong(argument):
    """Whether pip would be told another name than ours."""
    name = re.split(r"[\[@<>=~! ]", argument.strip("\"'"))[0]
    ours = (about.DISTRIBUTION, about.WHEEL.rpartition("/")[2])
    alike = "micrograd" in name.lower() and not name.startswith("-")
    return alike and name.rpartition("/")[2] not in ours


@pytest.mark.parametrize(
    "line",
    [
        "pip install micrograd",
        'pip install "micrograd[all]"',
        "pip3 install -q numpy micrograd==0.2.0",
    ],
)
def test_an_install_line_for_the_original_is_recognised(line):
    assert any(map(wrong, COMMAND.search(line)[1].split()))


def test_no_install_line_fetches_the_original():
    lines = [
        (path.name, line)
        for path, text in texts()
        # Decisions tell what was, and tests what must not be.
        if not {"decisions", "tests"} & {*path.relative_to(ROOT).parts}
        for line in COMMAND.findall(text)
    ]
    assert len(lines) > 5
    assert not [
        (name, line) for name, line in lines if any(map(wrong, line.split()))
    ]


def test_every_address_is_the_one_in_the_package():
    ours = (about.DOCS, about.SOURCE, about.SOURCE.rpartition("/")[0])
    found = [
        (path.name, address)
        for path, text in texts()
        for address in ADDRESS.findall(text)
        if not any(one in address for one in OTHERS)
    ]
    assert len(found) > 5
    strange = [one for one in found if not one[1].startswith(ours[:2])]
    assert not strange


# --- What one has ---


def run(*command, folder):
    return subprocess.run(
        [sys.executable, *command],
        cwd=folder,
        env=os.environ
        | {"PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def folder(tmp_path):
    """A folder as pip leaves it, with the files of this package."""
    kept = shutil.ignore_patterns("__pycache__")
    package = Path(micrograd.__file__).parent
    shutil.copytree(package, tmp_path / "micrograd", ignore=kept)
    return tmp_path


# The files that the original has too, and the names in them.
THEIRS = {
    "__init__": "",
    "engine": "class Value: ...\n",
    "nn": "class Module: ...\nclass Neuron: ...\nclass MLP: ...\n",
}


def install_the_original(folder):
    """Overwrite what the original overwrites, and note it as pip does."""
    for name, text in THEIRS.items():
        (folder / "micrograd" / f"{name}.py").write_text(
            text, encoding="utf-8"
        )
    notes = folder / "micrograd-0.1.0.dist-info"
    notes.mkdir()
    (notes / "METADATA").write_text(
        "Name: micrograd\nVersion: 0.1.0\n", encoding="utf-8"
    )
    (notes / "top_level.txt").write_text("micrograd\n", encoding="utf-8")


def test_one_command_tells_which_package_one_has(folder):
    told = run("-m", "micrograd", folder=folder)
    assert told.returncode == 0, told.stderr
    assert f"micrograd  {about.__version__}" in told.stdout
    assert str(folder / "micrograd") in told.stdout
    assert "NOTE" not in told.stdout
    for extra in what_is_here.EXTRAS:
        assert re.search(rf"(?m)^{extra} +\S", told.stdout)


def test_the_original_in_the_same_folder_is_noticed(folder):
    install_the_original(folder)
    told = run("-m", "micrograd", folder=folder).stdout
    assert "NOTE: micrograd 0.1.0 is installed in the same folder" in told
    assert f"pip uninstall --yes micrograd {about.DISTRIBUTION}" in told


def test_the_original_in_another_folder_is_named(folder, tmp_path):
    other = tmp_path / "other"
    (other / "micrograd").mkdir(parents=True)
    install_the_original(other)
    code = f"import sys, runpy; sys.path.append({str(other)!r})\n"
    code += "runpy.run_module('micrograd', run_name='__main__')"
    told = run("-c", code, folder=folder).stdout
    assert f"NOTE: micrograd 0.1.0 is installed as well, in {other}" in told


def note_what_pip_installed(folder):
    """Write the notes that pip keeps of this package."""
    notes = folder / f"micrograd_literate-{about.__version__}.dist-info"
    notes.mkdir()
    (notes / "METADATA").write_text(
        f"Name: {about.DISTRIBUTION}\nVersion: {about.__version__}\n", "utf-8"
    )
    files = sorted((folder / "micrograd").rglob("*.py"))
    names = [path.relative_to(folder).as_posix() for path in files]
    names.append("micrograd/__pycache__/engine.cpython-313.pyc")  # as pip does
    (notes / "RECORD").write_text(
        "".join(f"{name},sha256=0,1\n" for name in names), "utf-8"
    )


def test_files_that_went_with_the_original_are_missed(folder):
    note_what_pip_installed(folder)
    # Without site-packages, where an editable install would step in.
    assert "NOTE" not in run("-S", "-m", "micrograd", folder=folder).stdout
    for name in THEIRS:
        (folder / "micrograd" / f"{name}.py").unlink()
    told = run("-S", "-m", "micrograd", folder=folder)
    assert told.returncode == 0, told.stderr
    for name in THEIRS:
        assert f"micrograd/{name}.py" in told.stdout
    assert f"pip uninstall --yes {about.DISTRIBUTION}\n" in told.stdout
    assert "and install the one that you want" in told.stdout


@pytest.mark.parametrize("module", ["optim", "draw", "functions", "errors"])
def test_files_that_the_original_overwrote_are_not_used(folder, module):
    install_the_original(folder)
    told = run("-c", f"import micrograd.{module}", folder=folder)
    assert "the original micrograd was installed too" in told.stderr
    assert f"pip uninstall --yes micrograd {about.DISTRIBUTION}" in told.stderr


def test_files_left_after_the_original_was_uninstalled_are_not_used(folder):
    for name in THEIRS:  # it takes ours with it
        (folder / "micrograd" / f"{name}.py").unlink()
    # Without site-packages, where an editable install would step in.
    told = run("-S", "-c", "import micrograd.draw", folder=folder)
    assert "or uninstalled" in told.stderr


def test_importing_the_package_reads_no_metadata(folder):
    code = "import sys, micrograd; print('importlib.metadata' in sys.modules)"
    assert "False" == run("-c", code, folder=folder).stdout.strip()
