"""From many results at once."""

from micrograd import Value

x = [Value(1.0), Value(2.0)]
y = [v * v for v in x]
weights = [1.0, 10.0]
pairs = zip(weights, y)
sum(a * b for a, b in pairs).backward()
print([v.grad for v in x])
