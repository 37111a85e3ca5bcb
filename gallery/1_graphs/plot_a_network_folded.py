"""A network folds into its neurons
================================

You will see the graph of a small network three ways: a neuron to a box, a
layer to a box, and one of its neurons opened up.  It is one and the same
record, folded by the names of the parameters.
"""

# sphinx_gallery_tags = ["intermediate", "graph"]

from random import Random

from micrograd import Value
from micrograd.draw import draw_dot
from micrograd.engine import topological_order
from micrograd.nn import MLP

seed = 4
model = MLP(2, [4, 4, 1], activation="tanh", rng=Random(seed))

x = [Value(1.0, label="x"), Value(-0.5, label="y")]
score = model(x)
score.label = "score"
score.backward()

draw_dot(score, fold="neuron").show()

# %%
# Each box stands for a weighted sum and its tanh, and shows the number the
# neuron put out and the gradient that came back.  Drawn one by one, the
# values behind it would fill the page.

values = topological_order(score)
print(f"{len(values)} values, {len(model.parameters())} parameters")

# %%
# A wider network has too many neurons to draw.  Without being asked, the
# drawing then folds whole layers, which leaves the shape to be read.

wide = MLP(2, [64, 64, 1], rng=Random(seed))

draw_dot(wide(x)).show()

# %%
# A neuron of the first layer on its own has few enough values to be drawn
# one by one.  Its parameters are named after the way to them.

x = [Value(1.0, label="x"), Value(-0.5, label="y")]
model.zero_grad()
output = model.layers[0].neurons[0](x)
output.backward()

draw_dot(output).show()

# %%
# What to take away
# -----------------
#
# - A network is an expression like any other, with more terms.
# - Modules name their parameters, and drawings and messages use the names.
# - ``fold`` chooses what becomes a box: a value, a neuron or a layer.
