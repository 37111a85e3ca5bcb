"""The engine whose mutants the exercises of this group are made of.

Every mutant takes the parts that it needs, named in its docstring, with
one piece of right code replaced by a wrong one.
"""

import math


class Number:
    def __init__(self, data, _prev=()):
        self.data = data
        self.grad = 0.0
        self._prev = _prev
        self._backward = lambda: None

    def __add__(self, other):
        other = lift(other)
        out = Number(self.data + other.data, (self, other))

        def _backward():
            self.grad += out.grad
            other.grad += out.grad

        out._backward = _backward
        return out

    def __mul__(self, other):
        other = lift(other)
        out = Number(self.data * other.data, (self, other))

        def _backward():
            self.grad += out.grad * other.data
            other.grad += out.grad * self.data

        out._backward = _backward
        return out

    def __sub__(self, other):
        return self + lift(other) * -1.0

    def __truediv__(self, other):
        out = Number(self.data / other.data, (self, other))

        def _backward():
            self.grad += out.grad / other.data
            other.grad -= out.grad * self.data / other.data**2

        out._backward = _backward
        return out

    def __pow__(self, k):
        out = Number(self.data**k, (self,))

        def _backward():
            self.grad += out.grad * k * self.data ** (k - 1)

        out._backward = _backward
        return out

    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other

    def __rsub__(self, other):
        return lift(other) - self

    def tanh(self):
        out = Number(math.tanh(self.data), (self,))

        def _backward():
            self.grad += out.grad * (1 - out.data**2)

        out._backward = _backward
        return out

    def relu(self):
        out = Number(max(0.0, self.data), (self,))

        def _backward():
            self.grad += out.grad * (out.data > 0)

        out._backward = _backward
        return out


def lift(x):
    return x if isinstance(x, Number) else Number(x)


def scaled(numbers, factors):
    pairs = list(zip(numbers, factors))
    out = Number(sum(x.data * f for x, f in pairs), tuple(numbers))
    parts = []
    for x, f in pairs:

        def part(x=x, f=f):
            x.grad += out.grad * f

        parts.append(part)

    def _backward():
        for part in parts:
            part()

    out._backward = _backward
    return out


def in_order(root):
    line, seen = [], set()

    def visit(number):
        if number not in seen:
            seen.add(number)
            for operand in number._prev:
                visit(operand)
            line.append(number)

    visit(root)
    return line


def backward(root):
    root.grad = 1.0
    for number in reversed(in_order(root)):
        number._backward()


def descend(loss, parameters, rate, steps):
    for _ in range(steps):
        for p in parameters:
            p.grad = 0.0
        backward(loss())
        for p in parameters:
            p.data -= rate * p.grad
