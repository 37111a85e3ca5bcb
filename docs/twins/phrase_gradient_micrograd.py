"""A walk that does not begin with 1."""

from micrograd import Value

x = Value(3.0)
y = x * x
y.backward(10.0)
print(x.grad)
