"""Constants."""

from micrograd import Value

w = Value(3.0)
y = w * 2.0
two = y.inputs[1]
print(w.requires_grad, two.requires_grad)
y.backward()
print(w.grad)
