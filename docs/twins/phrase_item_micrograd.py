"""From a result to a plain number."""

from micrograd import Value

y = Value(3.0) * 2.0
print(y.data, float(y))
print(y > 5.0)
