"""Topological order.

level: 2
idea: operands before results
follows: /tutorials/walking-backwards
"""

# %% statement
# Write `operands_first(root)`: a list of everything that `root` was computed
# from, and `root` itself, each number once and after all of its operands.
# The start lists numbers in the order in which they are met.

# %% start
def operands_first(root):
    line = [root]
    for number in line:  # grows while it is walked
        for operand in number._prev:
            if operand not in line:
                line.append(operand)
    return line


# %% check
def is_wrong(line, root):
    if line[-1] is not root:
        return "the root is not at the end"
    if len(set(line)) < len(line):
        return "a number appears twice"
    for place, number in enumerate(line):
        for operand in number._prev:
            if operand not in line[:place]:
                return f"{number.data} stands before its operand"
    return "nothing"


x = Number(3.0)
y = x + x
z = y + y * y
for name, root in [("x", x), ("x + x", y), ("y + y * y", z)]:
    wrong = is_wrong(operands_first(root), root)
    nudge = "Append a number after all of its operands."
    expect(f"wrong in the order of {name}", wrong, "nothing", nudge)
print("Right:", *(number.data for number in operands_first(z)))

# %% hint
# Use an inner function `visit(number)` that first visits the operands, then
# appends the number.

# %% hint
# A set `seen` keeps it from visiting a number twice.

# %% solution
def operands_first(root):
    line, seen = [], set()

    def visit(number):
        if number not in seen:
            seen.add(number)
            for operand in number._prev:
                visit(operand)
            line.append(number)

    visit(root)
    return line


# %% remark
# Reversing the list of the start does not help: `y` would pass on its gradient
# before `y * y` has made its contribution.
