"""Lets readers run the Python of a page in the page.

The scripts of ``docs/_static/live`` start a Python in the reader's browser
when asked to.  This extension gives them what they load: Pyodide and
Graphviz as WebAssembly, from the packages that npm has put into
``docs/_live/node_modules``, and one archive with micrograd, the playground
and the sandbox, and the few modules that only a page needs.  It also marks
the cells that can be run: those of executed pages and of the gallery, and
among them the ones that need a package no browser has.

Without those packages the site is built all the same: its pages read as
before and have no buttons, and the build says so.  A machine that checks
(``CI`` is set) leaves nothing out: there, the build fails.
"""

from __future__ import annotations

import ast
import importlib.util
import json
import os
import sys
import zipfile
import zlib
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util import logging
from sphinx.util.osutil import copyfile

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
MODULES = ROOT / "docs" / "_live" / "node_modules"
ONLY_IN_PAGES = ROOT / "docs" / "_live" / "python"
PROGRAMS = ROOT / "docs" / "_live" / "page_programs"
# What the archive for pages holds: folders, below which roots.
SOURCES = [
    (ROOT, ROOT / "micrograd"),
    (PROGRAMS.parent, PROGRAMS),
    (ONLY_IN_PAGES, ONLY_IN_PAGES),
]

# What a page loads, from npm's folders.  It is put into folders whose names
# have the version, so that a browser may keep the files as long as it likes.
PYODIDE = [
    "pyodide.mjs",
    "pyodide.asm.mjs",
    "pyodide.asm.wasm",
    "python_stdlib.zip",
    "pyodide-lock.json",
]
LOADED = {
    "pyodide": [MODULES / "pyodide" / name for name in PYODIDE],
    "graphviz": [MODULES / "@hpcc-js/wasm-graphviz/dist/index.js"],
}
ASKED_OF_NPM = json.loads(
    (MODULES.parent / "package.json").read_text("utf-8")
)["dependencies"]
FOLDERS = {
    "pyodide": f"pyodide-{ASKED_OF_NPM['pyodide']}",
    "graphviz": f"graphviz-{ASKED_OF_NPM['@hpcc-js/wasm-graphviz']}",
}
SHIPPED = {".py", ".css", ".html", ".mjs"}  # the player brings its script
NPM = "npm ci --ignore-scripts --prefix docs/_live"

logger = logging.getLogger(__name__)


# --- Files ---


def missing() -> list[Path]:
    """Files that npm should have brought and has not."""
    every = [path for paths in LOADED.values() for path in paths]
    return [path for path in every if not path.exists()]


def loaded() -> dict[Path, str]:
    """Where each file that npm has brought stands beside the scripts."""
    return {
        path: f"{FOLDERS[name]}/{path.name}"
        for name, paths in LOADED.items()
        for path in paths
    }


def write_packages(archive: Path) -> None:
    """Put micrograd, and what only pages need, into one archive.

    The same sources give the same bytes: times are left out.
    """
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        for root, folder in SOURCES:
            for path in sorted(folder.rglob("*.*")):
                if path.suffix not in SHIPPED:
                    continue
                info = zipfile.ZipInfo(path.relative_to(root).as_posix())
                info.compress_type = zipfile.ZIP_DEFLATED
                file.writestr(info, path.read_bytes())


def copy_files(app: Sphinx, exception: Exception | None) -> None:
    """Put all that pages load beside their scripts."""
    if exception or app.builder.format != "html" or missing():
        return
    live = Path(app.outdir) / "_static" / "live"
    for path, name in loaded().items():
        (live / name).parent.mkdir(parents=True, exist_ok=True)
        copyfile(path, live / name, force=True)
    write_packages(live / "packages.zip")
    write_sizes(live)


def write_sizes(live: Path) -> None:
    """Tell the scripts how much there is to load, for what they show."""
    names = [*loaded().values(), "packages.zip"]
    files = {name: (live / name).read_bytes() for name in names}
    sizes = {name: len(file) for name, file in files.items()}
    packed = sum(len(zlib.compress(file)) for file in files.values())
    (live / "sizes.mjs").write_text(
        "// How many bytes each file has that a page's Python is made of,\n"
        "// and how many megabytes a server sends that compresses them.\n\n"
        f"export const SIZES = {json.dumps(sizes, indent=2)};\n"
        f"export const FOLDERS = {json.dumps(FOLDERS, indent=2)};\n"
        f"export const MEGABYTES = {packed / 1e6:.0f};\n",
        encoding="utf-8",
    )


# --- Cells ---

LIVE = "live"  # the class of a block that can be run
PLACES = ("exercises", "explanation", "gallery", "how-to", "tutorials")
AT_HAND = {*sys.stdlib_module_names, "matplotlib", "micrograd"}
# There, but a page waits minutes for it, or it starts other programs.
AT_HAND -= {"multiprocessing", "subprocess", "threading", "tracemalloc"}
FILES = "files"  # what a cell lacks that reads one of the repository


def without_magic(source: str) -> str:
    """Leave out a cell's lines for IPython, as the pages' Python does."""
    # By its file: beside it lies a matplotlib that only pages may import.
    path = ONLY_IN_PAGES / "cell_text.py"
    spec = importlib.util.spec_from_file_location("cell_text", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    text: str = module.without_magic(source)
    return text


class Lacking:
    """Which cells of one page need what its Python lacks.

    A cell does if it imports a package that no page has, reads a file of
    the repository, or uses a name that such a cell made.
    """

    def __init__(self) -> None:
        self.made: dict[str, str] = {}  # name, the package it comes from

    def __call__(self, source: str) -> str:
        """What the page's next cell lacks, or nothing."""
        try:
            tree = ast.parse(without_magic(source))
        except SyntaxError:  # shown as an error, on purpose
            return ""
        loaded, stored = names(tree)
        foreign = [name for name in imported(tree) if name not in AT_HAND]
        foreign += [FILES for path in texts(tree) if path.startswith("../")]
        foreign += [self.made[name] for name in loaded if name in self.made]
        package = foreign[0] if foreign else ""
        for name in stored:
            self.made.pop(name, None)
            if package:
                self.made[name] = package
        return package


def texts(tree: ast.AST) -> list[str]:
    """The strings that a piece of code holds."""
    found = [one for one in ast.walk(tree) if isinstance(one, ast.Constant)]
    return [one.value for one in found if isinstance(one.value, str)]


# A part of the package that needs another one.
NEEDS = {
    "micrograd.interop.from_torch": "torch",
    "micrograd.interop.load_safetensors": "safetensors",
    "micrograd.interop.save_safetensors": "safetensors",
    "micrograd.interop.to_torch": "torch",
    "micrograd.tensors": "numpy",
}


def imported(tree: ast.AST) -> list[str]:
    """The packages that a piece of code imports, in their order.

    A part of micrograd counts as the package that it needs.
    """
    modules = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            modules += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            modules += [f"{module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Attribute):
            name = ast.unparse(node)  # parts come with the package
            modules += [name] if name in NEEDS else []
    return [package(name) for name in modules]


def package(module: str) -> str:
    """The package that has to be there for a module to be imported."""
    for part, needed in NEEDS.items():
        if f"{module}.".startswith(f"{part}."):
            return needed
    return module.partition(".")[0]


def names(tree: ast.AST) -> tuple[list[str], list[str]]:
    """The names that a piece of code reads, and those it makes."""
    loaded, stored = list[str](), list[str]()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            load = isinstance(node.ctx, ast.Load)
            (loaded if load else stored).append(node.id)
        elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            stored.append(node.name)
        elif isinstance(node, ast.alias):
            stored.append(node.asname or node.name.partition(".")[0])
    return loaded, stored


def is_cell(node: nodes.literal_block) -> bool:
    """Tell code that was run from other code."""
    language = node.get("language", "")
    if language == "Python":  # how the gallery writes it
        return True
    parent = node.parent
    return (
        language.startswith("ipython")
        and isinstance(parent, nodes.Element)
        and "cell_input" in parent["classes"]
    )


def said_to_need(node: nodes.literal_block) -> str:
    """The package that a cell's class ``needs-`` names, or nothing."""
    cell = node.parent.parent if node.parent is not None else None
    classes = cell["classes"] if isinstance(cell, nodes.Element) else []
    named = [x for x in classes if x.startswith("needs-")]
    return named[0].removeprefix("needs-") if named else ""


def mark_cells(app: Sphinx, doctree: nodes.document) -> None:
    """Give each block that can be run its class, and what it lacks."""
    if not app.env.docname.startswith(PLACES):
        return
    lacking = Lacking()
    told = set[str]()  # once is enough
    for node in list(doctree.findall(nodes.literal_block)):
        if is_cell(node):
            package = lacking(node.astext()) or said_to_need(node)
            if package in told:
                continue
            told |= {package} - {""}
            classes = [LIVE, f"live-needs-{package}"] if package else [LIVE]
            # In an element of its own: the gallery writes its blocks with
            # links in them, and without their classes.
            frame = nodes.container(classes=classes)
            node.replace_self(frame)
            frame += node


# Pages with style sheets of their own; in the head, so that nothing moves.
STYLED = {
    "gpt": ["playground", "gpt"],
    "playground": ["playground"],
    "sandbox": ["sandbox"],
}


def add_scripts(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Load the script of the cells on pages that have any."""
    for name in STYLED.get(pagename, ()):
        app.add_css_file(f"live/{name}.css")
    if doctree is None or missing():
        return
    frames = doctree.findall(nodes.container)
    if any(LIVE in frame["classes"] for frame in frames):
        app.add_css_file("live/cells.css")
        app.add_js_file("live/cells.mjs", type="module")


# --- Sphinx ---


def leave_out(what: str, lacking: Path) -> None:
    """Tell whoever builds what pages will be without, and why."""
    reason = f"{what}, since {lacking.relative_to(ROOT)} is missing"
    if os.environ.get("CI"):
        raise ExtensionError(f"{reason}; run: {NPM}")
    logger.info("NOTE: %s; to mend it, run: %s", reason, NPM, color="yellow")


def say_what_is_missing(app: Sphinx) -> None:
    """Tell that pages will have no buttons, if that is so."""
    if app.builder.format == "html" and missing():
        leave_out("pages are built without Run buttons", missing()[0])


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.connect("builder-inited", say_what_is_missing)
    app.connect("doctree-read", mark_cells)
    app.connect("html-page-context", add_scripts)
    app.connect("build-finished", copy_files)
    return {
        "env_version": 4,
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
