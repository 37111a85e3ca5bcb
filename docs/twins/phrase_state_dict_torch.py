"""The parameters of a model by name."""

from torch import nn

model = nn.Sequential(
    nn.Linear(2, 2),
    nn.ReLU(),
    nn.Linear(2, 1),
)
for name, p in model.state_dict().items():
    print(name, list(p.shape))
