"""Views and strides.

level: 2
idea: a shape is a way to count
follows: /tutorials/from-numbers-to-tensors
"""

# %% statement
# The numbers of a tensor lie in one row of memory; its *stride* says how many
# places to go for the next number along each axis.
# Write `seen(memory, shape, stride)` for two axes: the rows that such a tensor
# shows, as a list of lists.
# Then write `transposed(shape, stride)`: both for the same memory with rows
# and columns exchanged.
# `memory` is a list.

# %% start
def seen(memory, shape, stride):
    return [memory]  # your lines


def transposed(shape, stride):
    return shape, stride  # your lines


# %% check
memory = [0, 1, 2, 3, 4, 5]
found = seen(memory, (2, 3), (3, 1))
expected = [[0, 1, 2], [3, 4, 5]]
nudge = "Row i and column j: i steps of the first stride, j of the second."
expect("shape (2, 3), stride (3, 1)", found, expected, nudge)
found = seen(memory, (3, 2), (2, 1))
expect("as three rows", found, [[0, 1], [2, 3], [4, 5]], "Another shape.")
found = seen(memory, (2, 2), (3, 2))
nudge = "Every second number of each row: a slice is a view."
expect("columns 0 and 2", found, [[0, 2], [3, 5]], nudge)

found = seen(memory, *transposed((2, 3), (3, 1)))
nudge = "One number down is now what one number to the right was."
expect("transposed", found, [[0, 3], [1, 4], [2, 5]], nudge)

found = seen(memory, (3, 3), (0, 1))
nudge = "A stride of 0 stays where it is."
expect("stride (0, 1)", found, [[0, 1, 2], [0, 1, 2], [0, 1, 2]], nudge)
print("Right: one memory, five tensors.")

# %% hint
# The number at `i, j` is `memory[i * stride[0] + j * stride[1]]`.

# %% hint
# Transposing exchanges the two lengths, and the two strides.

# %% solution
def seen(memory, shape, stride):
    return [
        [memory[i * stride[0] + j * stride[1]] for j in range(shape[1])]
        for i in range(shape[0])
    ]


def transposed(shape, stride):
    return shape[::-1], stride[::-1]


# %% remark
# The last is broadcasting: a row that is repeated takes no memory.
