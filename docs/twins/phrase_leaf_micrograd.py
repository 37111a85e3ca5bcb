"""Leaves."""

from micrograd import Value

x = Value(3.0)
y = x * x
print(x.inputs == (), y.inputs == ())
print(x.grad)
