"""How many nodes a loss has behind it."""

# --- before ---
from contextlib import redirect_stdout
from pathlib import Path
from runpy import run_path

name = "moons_micrograd.py"
program = Path(__file__).with_name(name)
with redirect_stdout(None):
    loss = run_path(str(program))["loss"]

# --- count ---
from micrograd import topological_order

nodes = topological_order(loss)
print(len(nodes), "numbers in the graph")
