"""The training again; in PyTorch with half the digits."""

from pathlib import Path
from runpy import run_path

here = Path(__file__)
program = here.with_name("moons_micrograd.py")
run_path(str(program))
