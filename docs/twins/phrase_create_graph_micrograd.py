"""Derivatives of derivatives."""

from micrograd import grad


def cube(x):
    return x * x * x


print(grad(cube)(2.0))
print(grad(grad(cube))(2.0))
