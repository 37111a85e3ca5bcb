"""The training again; in PyTorch with half the digits."""

from pathlib import Path
from runpy import run_path

name = "moons_micrograd.py"
program = Path(__file__).with_name(name)
run_path(str(program))
