"""Decoding.

level: 1
idea: tokens are bytes, and bytes may be half a letter
follows: /tutorials/byte-pair-encoding
"""

# %% statement
# Write `decode(ids, merges)`: the text of tokens.
# Where the bytes are no text, put the character `�`, as
# `bytes.decode(errors="replace")` does.

# %% start
def decode(ids, merges):
    return "".join(chr(i) for i in ids)  # your lines


# %% check
expect("plain letters", decode([97, 98], {}), "ab", "Each is a byte.")
merges = {(97, 97): 256, (256, 98): 257}
found = decode([257, 97, 256], merges)
nudge = "257 stands for what its two parts stand for."
expect("tokens of tokens", found, "aabaaa", nudge)
found = decode([195, 169], {})
expect("two bytes of one letter", found, "é", "All bytes first.")
found = decode([97, 195], {})
expect("half a letter", found, "a\N{REPLACEMENT CHARACTER}", "Replace it.")
merges = {(169, 33): 256}
found = decode([195, 256], merges)
nudge = "A token may end in the middle of a letter, or begin there."
expect("the half of a letter in a token", found, "é!", nudge)
print("Right: also where a letter is cut.")

# %% hint
# Make a dictionary from each token to its bytes: `bytes([i])` for those below
# 256, and for a merge the bytes of its two parts, in order.

# %% hint
# `b"".join(...)` puts all together, before `decode`.

# %% solution
def decode(ids, merges):
    piece = {i: bytes([i]) for i in range(256)}
    for (a, b), new in merges.items():
        piece[new] = piece[a] + piece[b]
    return b"".join(piece[i] for i in ids).decode(errors="replace")
