"""The bug of the last operand.

level: 3
idea: a closure keeps a variable, not its value
follows: /tutorials/walking-backwards
engine: lift scaled in_order backward
"""

# %% statement
# `scaled` is a weighted sum as one node, with one function for each operand.
# Its value is right, and with a single operand so is its gradient.

# %% wrong
def part():
    x.grad += out.grad * f

# %% right
def part(x=x, f=f):
    x.grad += out.grad * f

# %% check
a = Number(5.0)
backward(scaled([a], [2.0]))
expect("a.grad of 2a", a.grad, 2.0, "Right: one operand, one part.")

a, b, c = Number(5.0), Number(7.0), Number(1.0)
z = scaled([a, b, c], [2.0, 3.0, -1.0])
backward(z)
expect("the value of 2a + 3b - c", z.data, 30.0, "The value is right.")
nudge = "One of them got everything. When does a part look up x?"
expect("its gradients", [a.grad, b.grad, c.grad], [2.0, 3.0, -1.0], nudge)
print("Found: three functions, one x.")

# %% hint
# All parts are called after the loop.
# What is `x` then?

# %% hint
# A default value is created at the `def`, so `def part(x=x, f=f)` keeps the
# `x` and the `f` of this round.

# %% remark
# A `_backward` inside a method is safe: each call of the method has its own
# `self`, `other` and `out`.
