"""The training again, with every class times every score."""

from contextlib import redirect_stdout
from pathlib import Path

name = "moons_micrograd.py"
program = Path(__file__).with_name(name)
text = program.read_text()
text = text.replace("moons(60", "moons(20")
pairs = "for y, s in zip(classes, scores)"
wrong = "for y in classes for s in scores"
with redirect_stdout(None):
    exec(text.replace(pairs, wrong))

scores = [model(p) for p in points]
print(len(classes) * len(scores), "products")
first, last = history[0], history[-1]
print(f"loss {first:.6f}, then {last:.6f}")
pairs = zip(classes, scores)
hits = [y * s > 0 for y, s in pairs]
print(sum(hits), "of 20 are right")
