"""The training again, with a dimension too many."""

# --- before ---
from pathlib import Path

name = "moons_torch.py"
program = Path(__file__).with_name(name)
text = program.read_text("utf-8")
exec(text.partition("# --- loss ---")[0])

# --- wrong ---
from copy import deepcopy

from torch.optim import SGD

wrong = deepcopy(model)
few, its = points[:20], classes[:20]
optimizer = SGD(wrong.parameters(), lr=1.0)
history = []
for step in range(101):
    scores = wrong(few)  # no squeeze(1)
    losses = (1 - its * scores).relu()
    mean = losses.mean()
    size = sum(
        (p * p).sum()
        for p in wrong.parameters()
    )
    loss = mean + 0.001 * size
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    history.append(loss.item())

print(losses.numel(), "products")
first, last = history[0], history[-1]
print(f"loss {first:.6f}, then {last:.6f}")
hits = its * wrong(few).squeeze(1) > 0
print(hits.sum().item(), "of 20 are right")
