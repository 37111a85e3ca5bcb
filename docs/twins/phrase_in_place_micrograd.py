"""What may not be changed in place."""

from micrograd import Value

w = Value(3.0)
before = w
w += 1.0
print(w is before, w.inputs[0] is before)

x = Value(2.0)
y = x.exp()
y.data = 100.0
y.backward()
print(x.grad)
