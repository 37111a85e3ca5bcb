"""The engines that are compared, and the driver's end of a worker.

Two packages with one import name cannot live in one process, nor in one
folder.  So each engine has a folder of its own and each measurement a
process of its own that finds only that folder.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

__all__ = ["OURS", "Peer", "Plan", "Worker", "published", "take_turns"]

HERE = Path(__file__).resolve().parent
PUBLISHED = "0.1.0"


@dataclass(frozen=True)
class Peer:
    """An engine: what the tables call it, and the folder it is in."""

    name: str
    folder: Path


OURS = Peer("this one", HERE.parent)


def cached() -> Peer:
    """The published micrograd, where :func:`published` puts it."""
    folder = HERE / ".cache" / f"micrograd-{PUBLISHED}"
    return Peer(f"micrograd {PUBLISHED}", folder)


def is_complete(peer: Peer) -> bool:
    """Tell whether a peer's folder holds the published package."""
    found = [one.version for one in distributions(path=[str(peer.folder)])]
    return found == [PUBLISHED]


def published() -> Peer:
    """The published micrograd, installed on first use.

    Raises
    ------
    subprocess.CalledProcessError
        If pip is missing, or the package index cannot be reached.
    """
    peer = cached()
    if not is_complete(peer):
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
        what = ["--no-deps", f"micrograd=={PUBLISHED}"]
        where = ["--target", str(peer.folder)]
        subprocess.run([*pip, "install", "--quiet", *what, *where], check=True)
    return peer


@dataclass(frozen=True)
class Plan:
    """What the command line asked for.

    Attributes
    ----------
    peers : tuple of Peer
        The engines to compare; the first is what the ratios divide by,
        the second is ours.
    turns : int
        Rounds that count.
    tiny : bool
        Whether to take the sizes of a test: the numbers are right and the
        times mean nothing.
    """

    peers: tuple[Peer, ...]
    turns: int = 7
    tiny: bool = False


class Worker:
    """A process with one engine and one program in it.

    Parameters
    ----------
    peer : Peer
        The engine.
    program : str
        A module of :mod:`benchmarks.programs`.
    collector : {"on", "off"}
        Whether Python's cyclic garbage collector runs, which it does
        unless somebody turns it off.
    **sizes
        Arguments of the program's ``measure``.

    Raises
    ------
    RuntimeError
        If the process finds another engine than the peer's, or stops.
    """

    def __init__(
        self, peer: Peer, program: str, collector: str = "on", **sizes: Any
    ) -> None:
        self.name = f"{program} on {peer.name}"
        self.process = subprocess.Popen(
            [
                sys.executable,
                str(HERE / "worker.py"),
                program,
                json.dumps(sizes),
                collector,
            ],
            env={**os.environ, "PYTHONPATH": str(peer.folder)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        folder = Path(self._read()["folder"])
        if folder.resolve() != peer.folder.resolve():
            self.close()
            raise RuntimeError(f"{self.name} found another engine in {folder}")

    def _read(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            self.close()
            raise RuntimeError(f"{self.name} stopped; its error is above")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def round(self) -> dict[str, Any]:
        """Ask for one round, wait for it, and return its figures."""
        assert self.process.stdin is not None
        self.process.stdin.write("next\n")
        self.process.stdin.flush()
        return self._read()

    def close(self) -> None:
        """End the process."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()


def take_turns(
    workers: Mapping[str, Worker], turns: int
) -> dict[str, list[dict[str, Any]]]:
    """Ask the workers one after the other, again and again; then end them.

    Parameters
    ----------
    workers : dict of str to Worker
        What to measure, by name.
    turns : int
        Rounds of each of them, after one that does not count.

    Returns
    -------
    dict of str to list of dict
        The figures of each round, by the same names.
    """
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in workers}
    with ExitStack() as stack:
        for worker in workers.values():
            stack.callback(worker.close)
        for turn in range(turns + 1):
            for name, worker in workers.items():
                figures = worker.round()
                if turn > 0:
                    found[name].append(figures)
    return found
