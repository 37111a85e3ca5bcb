"""Pictures: a graph as DOT, SVG or text; decision boundaries and curves.

The engine notes how every number was made; this package only reads those
notes.  Drawing never alters a ``Value``.
"""

from micrograd.draw.graph import Graph as Graph
from micrograd.draw.graph import draw_dot as draw_dot
from micrograd.draw.outline import draw_text as draw_text
from micrograd.draw.plots import decision_boundary as decision_boundary
from micrograd.draw.plots import histogram as histogram
from micrograd.draw.plots import style as style
from micrograd.draw.plots import training_curves as training_curves
from micrograd.draw.render import set_renderer as set_renderer
