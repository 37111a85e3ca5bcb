"""A second `backward`.

level: 3
idea: only leaves accumulate
follows: /explanation/accumulation
"""

# %% statement
# For `x * x * x` at 3 the derivative is 27.
# Called twice, `backward` should leave 54, as in PyTorch; here it leaves 72,
# because gradients in the middle are still there from the first call.
# Repair it: gradients of leaves, which have no operands, accumulate over
# calls; all others start at 0.

# %% start
def backward(root):
    root.grad = 1.0
    for number in reversed(in_order(root)):
        number._backward()


# %% check
x = Number(3.0)
y = x * x * x
backward(y)
expect("x.grad after one backward", x.grad, 27.0, "3 * 3**2.")
backward(y)
nudge = "Which gradients in the middle are left over from the first call?"
expect("x.grad after two", x.grad, 54.0, nudge)

x.grad = 0.0
backward(y)
nudge = "A leaf that is set to zero starts from zero."
expect("x.grad, set to 0, after a third", x.grad, 27.0, nudge)
print("Right: 27, 54, and 27 again.")

# %% hint
# Before the backward pass, go through the line once and look at `_prev`.

# %% hint
# Set the root's gradient to 1 after that.

# %% solution
def backward(root):
    line = in_order(root)
    for number in line:
        if number._prev:
            number.grad = 0.0
    root.grad = 1.0
    for number in reversed(line):
        number._backward()


# %% remark
# One case is left: if the root is itself a leaf, its 1 should be added.
