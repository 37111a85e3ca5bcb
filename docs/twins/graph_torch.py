"""How many nodes a loss has behind it."""

# --- before ---
from contextlib import redirect_stdout
from pathlib import Path
from runpy import run_path

name = "moons_torch.py"
program = Path(__file__).with_name(name)
with redirect_stdout(None):
    loss = run_path(str(program))["loss"]

# --- count ---
nodes = set()
waiting = [loss.grad_fn]
while waiting:
    node = waiting.pop()
    if node and node not in nodes:
        nodes.add(node)
        for before, _ in node.next_functions:
            waiting.append(before)
print(len(nodes), "operations in the graph")
