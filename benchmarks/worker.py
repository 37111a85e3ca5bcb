"""A process that holds one engine and one program, and answers in lines.

Started by :class:`benchmarks.peers.Worker` with the name of a program and
its sizes as JSON.  The engine is whichever ``micrograd`` comes first on the
path.  The first line it writes says which; then each line it reads asks for
one round, and the answer is a line with the figures of that round.

The process lives as long as its program is measured, so importing and
warming up stay out of the figures.
"""

from __future__ import annotations

import gc
import importlib
import json
import sys
from pathlib import Path


def main() -> None:
    """Serve rounds until there are no more questions."""
    name, sizes, collector = sys.argv[1:]
    program = importlib.import_module(f"programs.{name}")
    engine = importlib.import_module("micrograd")
    rounds = program.measure(**json.loads(sizes))
    folder = Path(str(engine.__file__)).parent.parent
    print(json.dumps({"folder": str(folder)}), flush=True)
    if collector == "off":
        gc.disable()
    for _ in sys.stdin:
        if collector == "off":
            gc.collect()  # what has piled up, outside the measured time
        print(json.dumps(next(rounds)), flush=True)


if __name__ == "__main__":
    main()
