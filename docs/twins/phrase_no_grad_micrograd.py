"""Computing without remembering."""

from micrograd import Value, no_grad

w = Value(3.0)
with no_grad():
    y = w * w
print(y.requires_grad, y.inputs)
