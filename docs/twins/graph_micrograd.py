"""How many nodes a loss has behind it."""

from contextlib import redirect_stdout
from pathlib import Path
from runpy import run_path

from micrograd import topological_order

name = "moons_micrograd.py"
program = Path(__file__).with_name(name)
with redirect_stdout(None):
    made = run_path(str(program))

nodes = topological_order(made["loss"])
print(len(nodes), "numbers in the graph")
