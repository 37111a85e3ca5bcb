"""A network folds into its neurons
================================

You will see the graph of a small network three ways: one box for each
neuron, one box for each layer, and a single neuron in full.  It is the same
graph each time, folded by the names of the parameters.
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
# Each box stands for a weighted sum and its tanh.  It shows the output of the
# neuron and its gradient.  Drawn value by value, the graph would fill the
# page.

values = topological_order(score)
print(f"{len(values)} values, {len(model.parameters())} parameters")

# %%
# A wider network has too many neurons to draw.  By default the drawing then
# folds whole layers, so that the shape of the network stays readable.

wide = MLP(2, [64, 64, 1], rng=Random(seed))

draw_dot(wide(x)).show()

# %%
# A single neuron of the first layer has few enough values to be drawn one by
# one.  Its parameters are labelled with the path to them.

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
# - Modules name their parameters; drawings and error messages use the names.
# - ``fold`` chooses what becomes a box: a value, a neuron or a layer.
