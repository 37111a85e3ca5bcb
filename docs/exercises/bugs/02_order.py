"""The bug of the wrong order.

level: 2
idea: a number passes its gradient on when it is complete
follows: /explanation/why-a-topological-order
engine: add mul lift in_order backward
"""

# %% statement
# It is right for the lecture's expressions and for `x + x`.

# %% wrong
def in_order(root):
    line, seen = [], set()

    def visit(number):
        if number not in seen:
            seen.add(number)
            line.append(number)
            for operand in number._prev:
                visit(operand)

    visit(root)
    return line


def backward(root):
    root.grad = 1.0
    for number in in_order(root):
        number._backward()


# %% right
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


# %% check
a, b, c, f = [Number(x) for x in (2.0, -3.0, 10.0, -2.0)]
backward((a * b + c) * f)
found = [x.grad for x in (a, b, c, f)]
expect("(a * b + c) * f", found, [6.0, -4.0, -2.0, 4.0], "This is right.")

x = Number(3.0)
y = x + x
backward(y + y * y)
nudge = "Which number passes its gradient on too early?"
expect("x.grad of y + y * y, y = x + x", x.grad, 26.0, nudge)
print("Found: the order matters.")

# %% hint
# Print the `data` of `in_order(y + y * y)`.
# Where is `y`, which is 6, and where is `y * y`?

# %% hint
# Append a number after all of its operands, and go through the line from its
# end.
