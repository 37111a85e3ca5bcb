"""Arrays on the same rules: what the course needs after its first lecture.

The public names, in reading order.  Needs NumPy.
"""

from micrograd.tensors.random import Generator as Generator
from micrograd.tensors.random import default_generator as default_generator
from micrograd.tensors.random import manual_seed as manual_seed
