"""A number that carries its derivative.

level: 1
idea: sums and products of duals
follows: /explanation/forward-or-reverse
"""

# %% statement
# A dual number is a value and the rate at which it changes with some input.
# Write the rate of a sum and of a product.
# No graph is kept.

# %% start
class Dual:
    def __init__(self, value, rate=0.0):
        self.value, self.rate = value, rate

    def __add__(self, other):
        return Dual(self.value + other.value, 0.0)  # your rate

    def __mul__(self, other):
        return Dual(self.value * other.value, 0.0)  # your rate


# %% check
x, two = Dual(3.0, 1.0), Dual(2.0)
z = x + two
expect("x + 2", [z.value, z.rate], [5.0, 1.0], "It moves as x does.")
z = x * two
expect("x * 2", [z.value, z.rate], [6.0, 2.0], "Twice as far as x.")
z = two * x
expect("2 * x", [z.value, z.rate], [6.0, 2.0], "From either side.")
z = x * x * x + x * two
nudge = "3x**2 + 2: in a product both factors move."
expect("x*x*x + x*2", [z.value, z.rate], [33.0, 29.0], nudge)
print("Right: value and derivative in one forward pass.")

# %% hint
# Multiply out $(a + \dot a h)(b + \dot b h)$, and look at the factor of $h$.

# %% solution
class Dual:
    def __init__(self, value, rate=0.0):
        self.value, self.rate = value, rate

    def __add__(self, other):
        return Dual(self.value + other.value, self.rate + other.rate)

    def __mul__(self, other):
        rate = self.rate * other.value + self.value * other.rate
        return Dual(self.value * other.value, rate)
