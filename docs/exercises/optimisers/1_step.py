"""A step of gradient descent.

level: 1
idea: change the number, keep the node
follows: /tutorials/a-neuron-a-layer-a-network
"""

# %% statement
# Write `step(params, rate)`: move every parameter against its gradient, by
# `rate` times the gradient.
# The start moves no parameter.

# %% start
def step(params, rate):
    for p in params:
        p = Value(p.data - rate * p.grad)


# %% check
params = parameters((1.0, 2.0), (-3.0, -10.0))
step(params, 0.1)
nudge = "p = ... only renames; p.data = ... changes the parameter."
expect("parameters after the step", numbers(params), [0.8, -2.0], nudge)
print("Right: the same objects, with other numbers in them.")

# %% hint
# A model and its optimiser hold the same `Value` objects.
# Change the numbers in them.

# %% solution
def step(params, rate):
    for p in params:
        p.data -= rate * p.grad


# %% remark
# `p -= rate * p.grad` is wrong too: it creates a new node, and the graph grows
# with every step.
