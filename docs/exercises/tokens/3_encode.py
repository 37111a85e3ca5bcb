"""Encoding.

level: 2
idea: the earliest merge first
follows: /tutorials/byte-pair-encoding
"""

# %% statement
# Write `encode(text, merges)`: the tokens of a text, with merges as `train`
# makes them, a dictionary from pair to token in the order of training.

# %% start
def encode(text, merges):
    out = []
    for i in text.encode():
        out.append(i)
        while tuple(out[-2:]) in merges:
            out[-2:] = [merges[tuple(out[-2:])]]
    return out


# %% check
merges = {(97, 97): 256, (256, 97): 257, (257, 98): 258}
found = encode("aaabdaaabac", merges)
expect("aaabdaaabac", found, [258, 100, 258, 97, 99], "Three merges.")
expect("a text without pairs", encode("xyz", merges), [120, 121, 122], "None.")
expect("no text", encode("", merges), [], "No tokens.")

# b c was learned before a b.
merges = {(98, 99): 256, (97, 98): 257}
found = encode("abc", merges)
nudge = "The pair that was learned first is merged first, wherever it stands."
expect("abc with bc before ab", found, [97, 256], nudge)
merges = {(97, 98): 256, (98, 99): 257}
expect("abc with ab before bc", encode("abc", merges), [256, 99], "Now ab.")
print("Right: the tokens of training.")

# %% hint
# A merge can only make pairs for merges that were learned later.

# %% hint
# So one loop over `merges.items()` is enough, with `merge`.

# %% solution
def encode(text, merges):
    ids = list(text.encode())
    for pair, new in merges.items():
        ids = merge(ids, pair, new)
    return ids


# %% remark
# The start merges from left to right; it decodes to the same text, and a model
# has never seen its tokens.
