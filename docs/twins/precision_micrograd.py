"""How much of a number is kept."""

from micrograd import Value

v = Value(0.1)
print(f"{v.data:.17f}")

b = Value(6.8813735870195432)
print(f"{(b - 6.0).tanh().data:.16f}")
