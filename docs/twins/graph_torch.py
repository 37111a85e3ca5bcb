"""How many nodes a loss has behind it."""

from contextlib import redirect_stdout
from pathlib import Path
from runpy import run_path

here = Path(__file__)
program = here.with_name("moons_torch.py")
with redirect_stdout(None):
    made = run_path(str(program))

nodes, waiting = set(), [made["loss"].grad_fn]
while waiting:
    node = waiting.pop()
    if node is not None and node not in nodes:
        nodes.add(node)
        for before, _ in node.next_functions:
            waiting.append(before)
print(len(nodes), "operations in the graph")
