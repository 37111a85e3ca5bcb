"""Scores, a class, and how surprising it is."""

from micrograd import Value
from micrograd.functions import cross_entropy

scores = [Value(x) for x in (2.0, 1.0, 0.1)]
loss = cross_entropy(scores, 0)
loss.backward()
print(f"{loss.data:.6f}")
print([round(s.grad, 6) for s in scores])
