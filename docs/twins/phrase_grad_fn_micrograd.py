"""What a result knows of its past."""

from micrograd import Value

x = Value(3.0)
y = (x * x).tanh()
print(y.op)
print([v.op for v in y.inputs])
