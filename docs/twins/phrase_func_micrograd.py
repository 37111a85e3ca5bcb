"""Derivatives of functions, without backward."""

from micrograd import hessian, jvp, vjp


def f(p):
    x, y = p
    return x * x * y


print(hessian(f)([1.0, 2.0]))
print(jvp(f, ([1.0, 2.0],), ([1.0, 0.0],)))
value, back = vjp(f, [1.0, 2.0])
print(value, back(1.0))
