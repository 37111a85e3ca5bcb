r"""Optimisers: what to do with a gradient once backward has found it.

An optimiser moves each parameter a little against its gradient; the kinds
differ in what they remember of earlier gradients.  An update is a rule,
like the rows of :mod:`micrograd.primitives`: arithmetic on a parameter, its
gradient and what is remembered, with functions from a namespace ``xp``.  So
it can be read on floats, on arrays or on names. Whatever changes from step
to step but not from parameter to parameter is worked out once, in
``coefficients``; an update never asks which step it is.

Names, arguments, defaults and order of arithmetic are ``torch.optim``'s.

Notation: :math:`p, g` a parameter and its gradient; :math:`t` the number of
the step, from 0; :math:`\eta`, in code `rate`, its learning rate; `b, m, v`
what is remembered: a running sum or mean of gradients, and one of squares; `c`
the coefficients of the step.

Leaves out: groups of parameters with a rate of their own (use an optimiser
for each), and methods that need the loss several times a step.

Sources: one for each update, in its docstring; [PyTorch]_ for the rest, from
``_single_tensor_sgd`` and its like.
"""

from micrograd.optim.kinds import SGD as SGD
from micrograd.optim.kinds import Adagrad as Adagrad
from micrograd.optim.kinds import Adam as Adam
from micrograd.optim.kinds import AdamW as AdamW
from micrograd.optim.kinds import RMSprop as RMSprop
from micrograd.optim.optimizer import Optimizer as Optimizer
from micrograd.optim.optimizer import clip_grad_norm_ as clip_grad_norm_
from micrograd.optim.optimizer import clip_grad_value_ as clip_grad_value_
from micrograd.optim.schedules import cosine as cosine
from micrograd.optim.schedules import linear as linear
from micrograd.optim.schedules import step as step
from micrograd.optim.schedules import warmup as warmup
