"""How much of a number is kept."""

from micrograd import Value

print(f"{Value(0.1).data:.17f}")
