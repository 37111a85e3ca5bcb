"""The command line of the measurements."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.figures import Table
from benchmarks.measures import (
    chain,
    compiled,
    gradients,
    importing,
    loops,
    lowering,
    memory,
    moons,
    operations,
    page_gpt,
    playground,
    tensors,
)
from benchmarks.peers import OURS, Peer, Plan, published

RESULTS = Path(__file__).resolve().parent / "results"
MEASURES = {
    "moons": moons.measure,
    "memory": memory.measure,
    "chain": chain.measure,
    "import": importing.measure,
    "operations": operations.measure,
    "compiled": compiled.measure_moons,
    "gradients": gradients.measure,
    "yin-yang": compiled.measure_yin_yang,
    "microgpt": compiled.measure_microgpt,
    "page-gpt": page_gpt.measure,
    "first-use": lowering.measure_first,
    "lowering": lowering.measure,
    "tensors-mlp": tensors.measure_mlp,
    "tensors-makemore": tensors.measure_makemore,
    "tensors-decoder": tensors.measure_decoder,
    "tensors-conv": tensors.measure_conv,
    "tensors-node": tensors.measure_node,
    "tensors-loops": loops.measure,
    "playground": playground.measure,
}
ON_THE_SITE = {"playground"}  # measured if named: the site has to be built


def parse(arguments: list[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog="benchmarks/run.py",
        description="Measure speed and memory, side by side with the "
        "micrograd that was published first.",
    )
    parser.add_argument(
        "measures",
        nargs="*",
        metavar="measure",
        help=f"what to measure: {', '.join(MEASURES)}; all unless "
        f"named, but for {', '.join(ON_THE_SITE)}",
    )
    parser.add_argument(
        "--rounds", type=int, default=7, help="turns of each engine (7)"
    )
    parser.add_argument(
        "--against",
        type=Path,
        action="append",
        default=[],
        metavar="FOLDER",
        help="a further engine: a folder with another copy of micrograd/",
    )
    parser.add_argument(
        "--tiny", action="store_true", help="tiny sizes, to try the programs"
    )
    parser.add_argument(
        "--save", action="store_true", help="write tables to results/"
    )
    options = parser.parse_args(arguments)
    for name in options.measures:
        if name not in MEASURES:
            parser.error(f"no measure {name!r}: {', '.join(MEASURES)}")
    if options.rounds < 1:
        parser.error(f"--rounds takes at least 1, not {options.rounds}")
    return options


def processor() -> str:
    """The model name of the processor, as far as the system tells."""
    listing = Path("/proc/cpuinfo")
    if listing.exists():
        for line in listing.read_text("utf-8").splitlines():
            key, _, name = line.partition(":")
            if key.strip() == "model name":
                return name.strip()
    return platform.processor() or platform.machine()


def circumstances(arguments: list[str]) -> dict[str, Any]:
    """What a reader must know to compare: no names of hosts or folders."""
    return {
        "command": " ".join(["python benchmarks/run.py", *arguments]),
        "date": datetime.now(UTC).date().isoformat(),
        "python": f"{platform.python_implementation()} "
        f"{platform.python_version()}",
        "system": f"{platform.system()} {platform.machine()}",
        "processor": processor(),
        "cores": os.cpu_count(),
    }


def save(facts: dict[str, Any], tables: list[Table]) -> None:
    """Write the figures of all rounds as JSON, and the tables to read."""
    RESULTS.mkdir(exist_ok=True)
    figures = {table.title: table.data for table in tables}
    page = [f"# Measured on {facts['date']}", ""]
    page += [f"- {name}: {fact}" for name, fact in facts.items()]
    page += [f"\n{table.markdown()}" for table in tables]
    text = json.dumps({"facts": facts, "figures": figures}, indent=1)
    (RESULTS / f"{facts['date']}.json").write_text(text + "\n", "utf-8")
    (RESULTS / f"{facts['date']}.md").write_text("\n".join(page), "utf-8")


def main(arguments: list[str]) -> None:
    """Measure what was asked for, and print each table when it is done."""
    options = parse(arguments)
    others = [Peer(folder.name, folder) for folder in options.against]
    plan = Plan((published(), OURS, *others), options.rounds, options.tiny)
    tables: list[Table] = []
    every = [name for name in MEASURES if name not in ON_THE_SITE]
    for name in options.measures or every:
        table = MEASURES[name](plan)
        if plan.tiny:  # such times decide nothing
            table = replace(table, bars=[])
        print(table.markdown(), flush=True)
        tables.append(table)
    if options.save:
        save(circumstances(arguments), tables)


if __name__ == "__main__":
    main(sys.argv[1:])
