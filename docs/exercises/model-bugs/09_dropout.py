"""The bug of the dice.

level: 2
idea: a function does not know the mode of a module
follows: /tutorials/attention-and-a-gpt
"""

# %% statement
# A network with dropout between two layers.
# In training it is right.

# %% solution
class Net(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.first = nn.Linear(2, width)
        self.last = nn.Linear(width, 1)

    def forward(self, x):
        h = F.relu(self.first(x))
        h = F.dropout(h, 0.5, training=self.training)
        return self.last(h)


# %% wrong
h = F.dropout(h, 0.5)

# %% right
h = F.dropout(h, 0.5, training=self.training)

# %% check
torch.manual_seed(1)
net = Net(50)
x = torch.ones(1, 2)
different = net(x).item() != net(x).item()
expect("two outputs in training differ", different, True, "This is right.")

net.eval()
first, again = net(x).item(), net(x).item()
nudge = "After eval() there is nothing to draw."
expect("the output in use, again", again, first, nudge)

net.train()
mean = sum(net(x).item() for _ in range(4000)) / 4000
room = 0.05
nudge = "Dropout scales up what it keeps."
expect("the mean of outputs in training", mean, first, nudge, room)
print("Found: the function has to be told.")

# %% hint
# `nn.Dropout` is a module, and `eval()` reaches it; `F.dropout` is a function.

# %% hint
# `self.training` is what `train()` and `eval()` set.
