"""Training a tokenizer.

level: 2
idea: count, merge, count again
follows: /tutorials/byte-pair-encoding
"""

# %% statement
# Write `train(text, count)`: a dictionary of `count` merges, from the pair to
# its token, 256 and on, in the order in which they were made.
# Each merges the pair that is the most frequent then; of several, the one that
# stands first in the text.
# Pairs that overlap all count: in `aaa`, `aa` occurs twice.
# Stop early when there is no pair left.

# %% start
def train(text, count):
    ids = list(text.encode())
    pairs = Counter(zip(ids, ids[1:])).most_common(count)
    return {pair: 256 + i for i, (pair, _) in enumerate(pairs)}


# %% check
found = train("aaabdaaabac", 1)
expect("one merge of aaabdaaabac", found, {(97, 97): 256}, "aa comes 4 times.")
found = train("aaabdaaabac", 3)
expected = {(97, 97): 256, (256, 97): 257, (257, 98): 258}
nudge = "After each merge the pairs are others: count again."
expect("three merges", found, expected, nudge)
expect("order", list(found), list(expected), "In the order of making.")
found = train("ab", 5)
expect("merges of two letters", found, {(97, 98): 256}, "One pair only.")
expect("merges of nothing", train("", 5), {}, "No pair at all.")
found = list(train("é" * 3, 1))
expect("a merge within a letter", found, [(195, 169)], "Bytes, not letters.")
print("Right: longer pieces from shorter ones.")

# %% hint
# `Counter(zip(ids, ids[1:])).most_common(1)` is a list of one pair and its
# count, or empty.

# %% hint
# In a loop over `range(256, 256 + count)`: count, keep, and merge `ids`.

# %% solution
def train(text, count):
    ids, merges = list(text.encode()), {}
    for new in range(256, 256 + count):
        most = Counter(zip(ids, ids[1:])).most_common(1)
        if not most:
            break
        pair = most[0][0]
        merges[pair] = new
        ids = merge(ids, pair, new)
    return merges
