"""The parameters of a model by name."""

from micrograd.nn import MLP

model = MLP(2, [2, 1])
for name in model.state_dict():
    print(name)
