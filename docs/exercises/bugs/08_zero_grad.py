"""The bug of the second step.

level: 2
idea: gradients accumulate until they are zeroed
follows: /tutorials/a-neuron-a-layer-a-network
engine: add mul lift in_order backward descend
"""

# %% statement
# The engine is right, and so is the first step of every training.

# %% wrong
p.grad == 0.0

# %% right
p.grad = 0.0

# %% check
w = Number(0.0)


def loss():
    return (w + -2.0) * (w + -2.0)


descend(loss, [w], rate=0.25, steps=1)
expect("w after one step", w.data, 1.0, "Right: half way from 0 to 2.")
descend(loss, [w], rate=0.25, steps=1)
nudge = "Half of what is left. What is in w.grad before the second step?"
expect("w after two", w.data, 1.5, nudge)
descend(loss, [w], rate=0.25, steps=30)
expect("w after thirty more", w.data, 2.0, "It should settle.", 1e-6)
print("Found: one character.")

# %% hint
# Print `p.grad` before and after the line that should set it to zero.

# %% hint
# `==` compares; `=` assigns.
