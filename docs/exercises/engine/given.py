"""The engine that the exercises of this group extend.

That of the tutorial, with the names of the lecture.
"""


class Number:
    def __init__(self, data, _prev=()):
        self.data = data
        self.grad = 0.0
        self._prev = _prev
        self._backward = lambda: None

    def __add__(self, other):
        out = Number(self.data + other.data, (self, other))

        def _backward():
            self.grad += out.grad
            other.grad += out.grad

        out._backward = _backward
        return out

    def __mul__(self, other):
        out = Number(self.data * other.data, (self, other))

        def _backward():
            self.grad += out.grad * other.data
            other.grad += out.grad * self.data

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
