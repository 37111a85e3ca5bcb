"""The systems beside which the compiler is measured, and their workers.

PyTorch, JAX, NumPy, a C compiler: whoever is missing is left out, and the
table says why.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from textwrap import fill
from typing import Any

from benchmarks.peers import OURS, Worker

__all__ = ["NEEDS", "browser", "gather", "missing", "start", "versions",
           "with_versions"]  # fmt: skip

# For each system the package that it comes in.
NEEDS = {
    "PyTorch": "torch",
    "JAX": "jax",
    "NumPy": "numpy",
    "native": "llvmlite",
}


def missing(system: str) -> str:
    """Why a system cannot be measured; nothing if it can."""
    if system == "C":
        return "" if shutil.which("cc") else "there is no C compiler"
    if system == "Chromium":
        driver = "" if find_spec("playwright") else "there is no playwright"
        return driver or ("" if browser() else "there is no Chromium")
    try:
        version(NEEDS[system])
    except PackageNotFoundError:
        return f"the package {NEEDS[system]} is not installed"
    return ""


def browser() -> str | None:
    """Where Chromium is, if it is: as MICROGRAD_BROWSER says, or its name."""
    names = "chromium", "chromium-browser", "google-chrome"
    found = os.environ.get("MICROGRAD_BROWSER"), *map(shutil.which, names)
    return next(filter(None, found), None)


def versions() -> dict[str, str]:
    """What is installed of all that is compared."""
    found = {"Python": platform.python_version()}
    for package in NEEDS.values():
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "missing"
    if shutil.which("cc"):
        command = ["cc", "--version"]
        said = subprocess.run(
            command, capture_output=True, check=True, text=True
        )
        found["cc"] = said.stdout.splitlines()[0].removeprefix("cc ")
    return found


def with_versions(note: str) -> str:
    """A note, and on further lines what is installed."""
    found = ", ".join(f"{name} {what}" for name, what in versions().items())
    return f"{note}\n{fill(f'With {found}.', 76)}"


def gather(
    wanted: dict[str, tuple[str, Callable[[], Worker]]],
) -> tuple[dict[str, Worker], str]:
    """Start the workers that can be, and say who is missing and why.

    Parameters
    ----------
    wanted : dict
        For each row of a table the system it needs, and what starts it.
    """
    reasons = {row: missing(system) for row, (system, _) in wanted.items()}
    workers = {
        row: start() for row, (_, start) in wanted.items() if not reasons[row]
    }
    left_out = {row: why for row, why in reasons.items() if why}
    lines = [f"Left out: {row}; {why}." for row, why in left_out.items()]
    return workers, "\n".join(lines)


def start(program: str, **sizes: Any) -> Callable[[], Worker]:
    """What starts a program beside our engine."""
    return lambda: Worker(OURS, program, **sizes)
