"""Changing a parameter by hand."""

from micrograd import Value

w = Value(3.0)
(w * w).backward()
w.data -= 0.1 * w.grad
print(w.data, w.inputs == ())

w = w - 0.1 * w.grad
print(w.data, w.inputs == ())
