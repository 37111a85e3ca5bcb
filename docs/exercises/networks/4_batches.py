"""Batches.

level: 1
idea: every sample once, in random order
follows: /tutorials/learning-the-moons
"""

# %% statement
# Write `batches(data, size, rng)`: a list of lists of at most `size` samples,
# together all of them, in an order drawn by `rng`.
# `data` itself must not change.

# %% start
def batches(data, size, rng):
    return [data]  # your lines


# %% check
import random

data = list(range(10))
found = batches(data, 4, random.Random(1))
sizes = [len(batch) for batch in found]
expect("sizes for 10 samples by 4", sizes, [4, 4, 2], "The last may be short.")
everyone = sorted(x for batch in found for x in batch)
expect("all samples", everyone, data, "Each once, none lost.")
mixed = [x for batch in found for x in batch] != data
expect("mixed", mixed, True, "Shuffle; rng.shuffle shuffles a list.")
expect("data afterwards", data, list(range(10)), "Shuffle a copy.")
again = batches(data, 4, random.Random(1))
expect("the same seed again", again, found, "Use rng and nothing else.")
print("Right:", found)

# %% hint
# `rng.sample(data, len(data))` is a shuffled copy.

# %% hint
# `range(0, len(data), size)` counts where batches begin; a slice beyond the
# end is cut off.

# %% solution
def batches(data, size, rng):
    mixed = rng.sample(data, len(data))
    return [mixed[i : i + size] for i in range(0, len(mixed), size)]
