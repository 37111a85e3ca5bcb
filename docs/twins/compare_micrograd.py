"""One expression, its value and its gradients."""

from micrograd import Value

x = Value(0.3)
w = Value(-1.2)
y = (w * x).sigmoid() * x.exp()
y.backward()
for number in (y.data, x.grad, w.grad):
    print(f"{number:+.12f}")
