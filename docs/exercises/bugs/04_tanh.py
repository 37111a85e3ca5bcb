"""The bug of the neuron.

level: 2
idea: a derivative written with the result
follows: /tutorials/walking-backwards
engine: mul tanh lift in_order backward
"""

# %% statement
# Near 0 it is nearly right.

# %% wrong
self.grad += out.grad * (1 - self.data**2)

# %% right
self.grad += out.grad * (1 - out.data**2)

# %% check
x = Number(0.0)
backward(x.tanh())
expect("x.grad of tanh at 0", x.grad, 1.0, "Right: the derivative is 1.")

for at in [0.01, 0.5, 2.0]:
    x = Number(at)
    backward(x.tanh())
    h = 1e-6
    slope = (math.tanh(at + h) - math.tanh(at - h)) / (2 * h)
    nudge = "The derivative of tanh is never negative, and 1 only at 0."
    expect(f"x.grad of tanh at {at}", x.grad, round(slope, 6), nudge, 1e-6)
print("Found: operand and result are two numbers.")

# %% hint
# In $\tanh' = 1 - y^2$, is $y$ the operand or the result?
