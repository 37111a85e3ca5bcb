"""A merge.

level: 1
idea: from left to right, without overlap
follows: /tutorials/byte-pair-encoding
"""

# %% statement
# Write `merge(ids, pair, new)`: the list of tokens with `new` in place of each
# pair that stands side by side, from left to right.
# The list itself stays as it was.

# %% start
def merge(ids, pair, new):
    return [new if i == pair[0] else i for i in ids]  # your lines


# %% check
found = merge([1, 2, 3, 1, 2], (1, 2), 4)
expect("(1, 2) in 1 2 3 1 2", found, [4, 3, 4], "Two tokens become one.")
found = merge([1, 1, 2, 1], (1, 2), 4)
expect("(1, 2) in 1 1 2 1", found, [1, 4, 1], "A 1 without a 2 stays.")
found = merge([7, 7, 7], (7, 7), 8)
expect("(7, 7) in 7 7 7", found, [8, 7], "Each token is used once.")
found = merge([7, 7, 7, 7], (7, 7), 8)
expect("(7, 7) in 7 7 7 7", found, [8, 8], "Two pairs.")
expect("nothing", merge([], (1, 2), 4), [], "No tokens, no pairs.")
ids = [1, 2]
merge(ids, (1, 2), 4)
expect("the list afterwards", ids, [1, 2], "Build a new list.")
print("Right: shorter by one for each pair.")

# %% hint
# Go through the tokens and build a new list; look at the last one in it.

# %% hint
# If the last one and the next are the pair, replace the last by `new`.

# %% solution
def merge(ids, pair, new):
    out = []
    for i in ids:
        if out and (out[-1], i) == pair:
            out[-1] = new
        else:
            out.append(i)
    return out
