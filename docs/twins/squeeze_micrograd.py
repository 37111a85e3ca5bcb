"""The training again, with every class times every score."""

from contextlib import redirect_stdout
from pathlib import Path

here = Path(__file__)
program = here.with_name("moons_micrograd.py")
text = program.read_text()
text = text.replace("moons(60", "moons(20")
pairs = "for y, s in zip(classes, scores)"
wrong = "for y in classes for s in scores"
with redirect_stdout(None):
    exec(text.replace(pairs, wrong))

scores = [model(point) for point in points]
print(len(scores) * len(classes), "products")
print(f"loss {history[0]:.6f}, {history[-1]:.6f}")
right = sum(y * s > 0 for y, s in zip(classes, scores))
print(right, "of 20 are right")
