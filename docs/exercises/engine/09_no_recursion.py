"""An order without recursion.

level: 3
idea: a stack of your own
follows: /explanation/why-a-topological-order
"""

# %% statement
# A sum of 20,000 samples is a chain of 20,000 nodes, and Python's recursion
# ends at a depth of about a thousand.
# Write `without_recursion(root)` without a function that calls itself.

# %% start
def without_recursion(root):
    line, seen = [], set()

    def visit(number):
        if number not in seen:
            seen.add(number)
            for operand in number._prev:
                visit(operand)
            line.append(number)

    visit(root)
    return line


# %% check
x = Number(1.0)
y = x + x
small = without_recursion(y + y * y)
sums = [number.data for number in small]
expect("in order, y + y * y", sums, [1.0, 2.0, 4.0, 6.0], "Operands first.")

total = x
for _ in range(20_000):
    total = total + x
try:
    length = len(without_recursion(total))
except RecursionError:
    length = "RecursionError"
nudge = "Keep what is still to be done in a list, and pop from it."
expect("the length of a long line", length, 20_001, nudge)

total.grad = 1.0
for number in reversed(without_recursion(total)):
    number._backward()
expect("x.grad", x.grad, 20_001.0, "Each number once, operands first.")
print("Right: 20,001 nodes, and no recursion.")

# %% hint
# Put two kinds of tasks on the stack: "open this number" and "append it".

# %% hint
# To open a number, push "append it", then "open" for each of its operands.
# A stack returns the last first, so the operands are done before.

# %% solution
def without_recursion(root):
    line, seen = [], set()
    stack = [(root, False)]
    while stack:
        number, opened = stack.pop()
        if opened:
            line.append(number)
        elif number not in seen:
            seen.add(number)
            stack.append((number, True))
            stack += [(x, False) for x in reversed(number._prev)]
    return line


# %% remark
# micrograd needs no search: its nodes are numbered as they are created, which
# is a topological order.
