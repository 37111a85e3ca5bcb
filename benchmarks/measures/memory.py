"""The memory of one long expression."""

from __future__ import annotations

from benchmarks.figures import Bar, Sample, Table, agreement, pick, short
from benchmarks.peers import Peer, Plan, Worker

NOTE = """\
A sum of products, {nodes:,} nodes.  Resident bytes for a node that the
process grew by: the graph alone, and at most while ``backward`` ran."""
AGREE = 1e-12


def measure(plan: Plan) -> Table:
    """Build the expression on every engine, in new processes.

    Raises
    ------
    ArithmeticError
        If the values of the expression disagree.
    """
    nodes = 50_000 if plan.tiny else 1_000_000
    # Memory varies little, and every round starts a process.
    found = _in_new_processes(plan, nodes, turns=min(plan.turns, 3))
    last = [figures[-1] for figures in found.values()]
    agreement("values", [one["value"] for one in last], AGREE)
    graphs = {name: pick(figures, "graph") for name, figures in found.items()}
    peaks = {name: pick(figures, "peak") for name, figures in found.items()}
    base, ours, *_ = graphs.values()
    return Table(
        "Memory for a node",
        NOTE.format(nodes=last[0]["nodes"]),
        ["engine", "graph", "spread", "part of the first", "peak"],
        [
            [name, *_cells(graph, base), short(peaks[name].median)]
            for name, graph in graphs.items()
        ],
        [_bar(ours, base)],
        found,
    )


def _in_new_processes(
    plan: Plan, nodes: int, turns: int
) -> dict[str, list[dict[str, float]]]:
    found: dict[str, list[dict[str, float]]] = {}
    for _ in range(turns):
        for peer in plan.peers:
            found.setdefault(peer.name, []).append(_once(peer, nodes))
    return found


def _once(peer: Peer, nodes: int) -> dict[str, float]:
    worker = Worker(peer, "expression", nodes=nodes)
    figures = worker.round()
    worker.close()
    return figures


def _cells(graph: Sample, base: Sample) -> list[str]:
    part = graph.median / base.median
    return [short(graph.median), f"{graph.spread:.0%}", f"{part:.0%}"]


def _bar(ours: Sample, base: Sample) -> Bar:
    per_cent = 100 * ours.median / base.median
    return Bar("per cent of the first micrograd", per_cent, at_most=25)
