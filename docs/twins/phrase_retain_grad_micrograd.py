"""The gradient in the middle."""

from micrograd import Value

x = Value(3.0)
square = x * x
y = square * 2.0
y.backward()
print(square.grad, x.grad)
y.backward()
print(square.grad, x.grad)
