"""Temperature and the likeliest few.

level: 2
idea: change the scores before the draw
follows: /tutorials/attention-and-a-gpt
"""

# %% statement
# Write `chances(scores, temperature, k)`: probabilities for the next letter
# from one row of scores.
# Divide the scores by the temperature, keep the `k` largest, and give all
# other letters the probability 0.

# %% start
def chances(scores, temperature, k):
    return F.softmax(scores, 0)  # your lines


# %% check
scores = torch.tensor([1.0, 3.0, 2.0, 0.0])
found = chances(scores, 1.0, 4)
expect("sum", found.sum().item(), 1.0, "Probabilities.", 1e-6)
expected = F.softmax(scores, 0).tolist()
nudge = "All four at temperature 1: softmax alone."
expect("temperature 1, all", found.tolist(), expected, nudge, 1e-6)

found = chances(scores, 0.5, 4).tolist()
expected = F.softmax(2.0 * scores, 0).tolist()
nudge = "A smaller temperature is surer."
expect("temperature 1/2, all", found, expected, nudge, 1e-6)

found = chances(scores, 1.0, 2)
expected = [0.0, 0.7310586, 0.2689414, 0.0]
nudge = "The two largest share everything."
expect("temperature 1, the best two", found.tolist(), expected, nudge, 1e-6)
found = chances(scores, 100.0, 1).tolist()
expect("the best one", found, [0.0, 1.0, 0.0, 0.0], "At any temperature.")
expect("scores afterwards", scores.tolist(), [1.0, 3.0, 2.0, 0.0], "A copy.")
print("Right: from bold to safe.")

# %% hint
# A score of minus infinity becomes the probability 0.

# %% hint
# `scores.topk(k).values` has the `k` largest, in descending order: everything
# below the last of them is masked.

# %% solution
def chances(scores, temperature, k):
    least = scores.topk(k).values[-1]
    kept = scores.masked_fill(scores < least, float("-inf"))
    return F.softmax(kept / temperature, 0)
