"""The same number, cut off from its past."""

from micrograd import Value

x = Value(3.0)
y = x * x
z = y * y.detach()
z.backward()
print(x.grad)
