"""A second walk over the same graph."""

from micrograd import Value

x = Value(3.0)
y = x * x * x
y.backward()
y.backward()
print(x.grad)
