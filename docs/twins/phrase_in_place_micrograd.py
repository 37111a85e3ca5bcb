"""What may not be changed in place."""

from micrograd import Value

w = Value(3.0)
w_before = w
w += 1.0
print(w is w_before, w.inputs[0] is w_before)

x = Value(2.0)
y = x.exp()
y.data = 100.0
y.backward()
print(x.grad)
