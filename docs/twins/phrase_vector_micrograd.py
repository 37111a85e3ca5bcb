"""From many results at once."""

from micrograd import Value

x = [Value(1.0), Value(2.0)]
y = [v * v for v in x]
weights = [1.0, 10.0]
sum(a * b for a, b in zip(weights, y)).backward()
print([v.grad for v in x])
