"""Put the graph in order.

level: 2
idea: operands before results
follows: /tutorials/walking-backwards
"""

# %% statement
# Write `operands_first(root)`: a list of everything that `root` was made
# from, `root` included, each number once, and none before one of its
# operands.
# The start is a list of who was met first; it is not an order.

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
        return "a number is there twice"
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
    nudge = "Write a number down when all of its operands stand there."
    expect(f"wrong in the order of {name}", wrong, "nothing", nudge)
print("Right:", *(number.data for number in operands_first(z)))

# %% hint
# A function within the function may call itself: `visit(number)` first
# visits the operands, then writes the number down.

# %% hint
# A set `seen` keeps it from visiting anyone twice.

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
# Turning the list of the start around does not help: `y` would pass on
# before `y * y` has given it its part.
