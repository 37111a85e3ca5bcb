"""micrograd: a scalar reverse-mode autograd engine and a small nn library.

The public names, in reading order.  Nothing else happens on import.
"""

from micrograd.engine import Value as Value
from micrograd.engine import no_grad as no_grad
