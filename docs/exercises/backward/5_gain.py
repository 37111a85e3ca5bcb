"""Through tanh, to gain and shift.

level: 1
idea: a factor that was repeated adds up
follows: /tutorials/backward-by-hand
"""

# %% statement
# `h = tanh(hpreact)` and `hpreact = bngain * bnraw + bnbias`, where `bngain`
# and `bnbias` have one row.
# Write the four gradients.

# %% start
dh = engine["h"]
dhpreact = torch.zeros_like(hpreact)  # your line
dbngain = torch.zeros_like(bngain)  # your line
dbnbias = torch.zeros_like(bnbias)  # your line
dbnraw = torch.zeros_like(bnraw)  # your line


# %% check
step("hpreact", dhpreact, "The derivative of tanh is 1 - tanh**2.")
step("bngain", dbngain, "The other factor, added up over the rows.")
step("bnbias", dbnbias, "Added up; it keeps its one row.")
step("bnraw", dbnraw, "The other factor, bngain, for every row.")
print("Right: four steps.")

# %% hint
# `h` is the result of tanh: $1 - h^2$.

# %% hint
# `.sum(0, keepdim=True)` adds up the rows and leaves one.

# %% solution
dh = engine["h"]
dhpreact = (1.0 - h**2) * dh
dbngain = (bnraw * dhpreact).sum(0, keepdim=True)
dbnbias = dhpreact.sum(0, keepdim=True)
dbnraw = bngain * dhpreact
