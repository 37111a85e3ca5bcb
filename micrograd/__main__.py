"""What is installed: ``python -m micrograd`` tells which package one has.

Two *distributions*, which pip installs, bring a *package*, which Python
imports, called ``micrograd``: the original and this one.  Both write
``__init__.py``, ``engine.py`` and ``nn.py`` into one folder; the one that came
last is used, and uninstalling one takes these files from both.
"""

from __future__ import annotations

import platform
from importlib import metadata
from pathlib import Path

from micrograd.about import DISTRIBUTION, DOCS, INSTALL, __version__

__all__ = ["EXTRAS"]

# The extras, and the package by which one sees that it is there.
EXTRAS = {
    "graph": "pygraphviz",
    "plot": "matplotlib",
    "arrays": "numpy",
    "fast": "llvmlite",
    "tensors": "safetensors",
    "parallel": "distributed",
    "gallery": "scikit-learn",
}
FOLDER = Path(__file__).resolve().parent


def _version(distribution: str) -> str:
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return ""


def _facts() -> dict[str, str]:
    """What there is, by a word for it."""
    installed = _version(DISTRIBUTION)
    how = f"from {DISTRIBUTION}" if installed else "not installed: a folder"
    facts = {
        "micrograd": f"{__version__}, {how}",
        "in": str(FOLDER),
        "Python": platform.python_version(),
    }
    for extra, package in EXTRAS.items():
        found = _version(package)
        facts[extra] = (
            f"{package} {found}" if found else f"no; {INSTALL.format(extra)}"
        )
    return facts | {"pages": DOCS}


def _gone() -> list[str]:
    """A sentence about files that pip has noted and that are not there."""
    if not _version(DISTRIBUTION):
        return []
    ours = metadata.distribution(DISTRIBUTION)
    # NB: since Python 3.12 `ours.files` leaves out what is gone.
    noted = (ours.read_text("RECORD") or "").splitlines()
    names = [line.partition(",")[0] for line in noted if ".py," in line]
    gone = [x for x in names if not Path(str(ours.locate_file(x))).exists()]
    told = (
        f"NOTE: {', '.join(gone)} of {DISTRIBUTION} are missing: the original "
        "micrograd\nhas files of the same names, and uninstalling it removes "
    )
    return [f"{told}them.  {_repair(DISTRIBUTION)}"] if gone else []


def _repair(names: str) -> str:
    page = f"{DOCS}installation.html"
    run = f"Run\n\n    pip uninstall --yes {names}\n\n"
    return f"{run}and install the one that you want, as {page} says."


def _told(name: str) -> str:
    """A sentence about another distribution that brings this package."""
    other = f"{name} {metadata.version(name)}"
    place = metadata.distribution(name).locate_file("micrograd")
    folder = Path(str(place)).resolve()
    if folder != FOLDER:
        return (
            f"NOTE: {other} is installed as well, in {folder}; Python uses "
            f"the first that it finds, here {FOLDER}."
        )
    return (
        f"NOTE: {other} is installed in the same folder and has files of the "
        "same names:\nthe one that was installed last has overwritten the "
        f"other.  {_repair(f'{name} {DISTRIBUTION}')}"
    )


if __name__ == "__main__":
    for word, fact in _facts().items():
        print(f"{word:9}  {fact}")
    owners = {*metadata.packages_distributions().get("micrograd", [])}
    others = [_told(name) for name in sorted(owners - {DISTRIBUTION})]
    for sentence in others + _gone():
        print(f"\n{sentence}")
