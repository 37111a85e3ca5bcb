"""Which operation made the first nan."""

from micrograd import Value, find_nonfinite

x = Value(0.0, label="x")
y = x.sqrt() * 0.0
y.backward()
print(x.grad)
print(find_nonfinite(y))
