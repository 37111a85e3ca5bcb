"""What the exercises of this group start from.

before: train
"""

from collections import Counter


def merge(ids, pair, new):
    """The same tokens, with `new` wherever the pair stood."""
    out = []
    for i in ids:
        if out and (out[-1], i) == pair:
            out[-1] = new
        else:
            out.append(i)
    return out
