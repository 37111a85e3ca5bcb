"""The training again, with every class times every score."""

# --- before ---
from pathlib import Path

name = "moons_micrograd.py"
program = Path(__file__).with_name(name)
text = program.read_text("utf-8")
exec(text.partition("# --- loss ---")[0])

# --- wrong ---
from copy import deepcopy

from micrograd.optim import SGD

wrong = deepcopy(model)
few, its = points[:20], classes[:20]
optimizer = SGD(wrong.parameters(), lr=1.0)
history = []
for step in range(101):
    scores = [wrong(p) for p in few]
    losses = [
        (1 - y * s).relu()
        for y in its
        for s in scores
    ]
    mean = sum(losses) / len(losses)
    size = sum(
        p * p for p in wrong.parameters()
    )
    loss = mean + 0.001 * size
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    history.append(loss.data)

print(len(losses), "products")
first, last = history[0], history[-1]
print(f"loss {first:.6f}, then {last:.6f}")
pairs = zip(its, [wrong(p) for p in few])
hits = [y * s > 0 for y, s in pairs]
print(sum(hits), "of 20 are right")
