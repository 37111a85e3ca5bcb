"""Gradients add up until they are set to zero."""

from micrograd import Value
from micrograd.optim import SGD

w = Value(3.0)
optimizer = SGD([w], lr=0.1)
for _ in range(2):
    (w * w).backward()
    print(w.grad)
optimizer.zero_grad()
print(w.grad)
