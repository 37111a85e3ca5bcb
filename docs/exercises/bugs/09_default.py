"""The bug of the shared list.

level: 3
idea: a default value is created once
follows: /explanation/the-life-of-a-graph
engine: add lift in_order backward
"""

# %% statement
# The first sum is right.

# %% wrong
def __init__(self, data, _prev=[]):
    self.data = data
    self.grad = 0.0
    self._prev = _prev
    self._backward = lambda: None

def __add__(self, other):
    other = lift(other)
    out = Number(self.data + other.data)
    out._prev.append(self)
    out._prev.append(other)

# %% right
def __init__(self, data, _prev=()):
    self.data = data
    self.grad = 0.0
    self._prev = _prev
    self._backward = lambda: None

def __add__(self, other):
    other = lift(other)
    out = Number(self.data + other.data, (self, other))

# %% check
x, y = Number(3.0), Number(-2.0)
backward(x + y)
expect("x + y", [x.grad, y.grad], [1.0, 1.0], "Right: one for each.")

x = Number(3.0)
y = x + x
z = y + y
backward(z + y)
nudge = "Print how many operands every number has; a leaf should have none."
expect("x.grad of (y + y) + y, y = x + x", x.grad, 6.0, nudge)

found = len(Number(1.0)._prev)
expect("operands of a new number", found, 0, "Whose operands are these?")
print("Found: one list, shared by all numbers.")

# %% hint
# `Number(1.0)._prev` is not empty.
# What filled it?

# %% hint
# Python creates a default value once, when it reads the `def`.
# A tuple cannot be changed, so sharing one does no harm.
