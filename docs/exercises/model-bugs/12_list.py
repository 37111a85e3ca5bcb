"""The bug of the layers that never learn.

level: 1
idea: how a module finds its parameters
follows: /tutorials/a-tree-of-letters
"""

# %% statement
# A deep network; what it puts out has the right shape.
# Training changes its last layer only.

# %% solution
class Deep(nn.Module):
    def __init__(self, width, depth):
        super().__init__()
        layers = [nn.Linear(width, width) for _ in range(depth)]
        self.layers = nn.ModuleList(layers)
        self.last = nn.Linear(width, 1)

    def forward(self, x):
        for layer in self.layers:
            x = torch.tanh(layer(x))
        return self.last(x)


# %% wrong
self.layers = layers

# %% right
self.layers = nn.ModuleList(layers)

# %% check
model = Deep(4, 3)
found = list(model(torch.ones(5, 4)).shape)
expect("shape of the output", found, [5, 1], "This is right.")
found = [name for name, _ in model.named_parameters()]
expect("the last parameter", found[-1], "last.bias", "This is right.")
count = sum(p.numel() for p in model.parameters())
nudge = "Three layers of 4 * 4 + 4, and one of 4 + 1."
expect("how many numbers", count, 65, nudge)
print("Found:", *found[:3], "...")

# %% hint
# A module looks for parameters in its attributes that are modules; a plain
# list is none.
