"""The derivative of `x**3` by nudging.

level: 1
idea: a derivative is a ratio of two changes
follows: /tutorials/a-number-that-remembers
"""

# %% statement
# Move `x` by a small `h`, and see how far `x**3` moves.
# Return the ratio of the two changes.
# At 3 it is close to 27, which is $3x^2$.

# %% start
def slope_of_cube(x, h=1e-6):
    return 0.0  # your line


# %% check
for x in [3.0, -2.0, 0.5]:
    expect(
        f"slope_of_cube({x})",
        slope_of_cube(x),
        3 * x**2,
        "How far does x**3 move, and how far did x?",
        within=1e-4,
    )
print("Right: three derivatives, found by nudging.")

# %% hint
# You need two values of the function, at `x + h` and at `x`.

# %% hint
# Divide their difference by how far `x` moved.

# %% solution
def slope_of_cube(x, h=1e-6):
    return ((x + h) ** 3 - x**3) / h


# %% remark
# On paper, $(x + h)^3 - x^3 = 3x^2 h + 3x h^2 + h^3$.
# Divided by $h$ this is $3x^2$, and two terms that vanish with $h$.
