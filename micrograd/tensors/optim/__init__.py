"""Optimisers of tensors and schedules of their rates, as in PyTorch.

The public names, in reading order.
"""

from micrograd.tensors.optim import lr_scheduler as lr_scheduler
from micrograd.tensors.optim.lbfgs import LBFGS as LBFGS
from micrograd.tensors.optim.optimizer import LAMB as LAMB
from micrograd.tensors.optim.optimizer import SGD as SGD
from micrograd.tensors.optim.optimizer import Adadelta as Adadelta
from micrograd.tensors.optim.optimizer import Adagrad as Adagrad
from micrograd.tensors.optim.optimizer import Adam as Adam
from micrograd.tensors.optim.optimizer import Adamax as Adamax
from micrograd.tensors.optim.optimizer import AdamW as AdamW
from micrograd.tensors.optim.optimizer import Muon as Muon
from micrograd.tensors.optim.optimizer import NAdam as NAdam
from micrograd.tensors.optim.optimizer import Optimizer as Optimizer
from micrograd.tensors.optim.optimizer import RAdam as RAdam
from micrograd.tensors.optim.optimizer import RMSprop as RMSprop
from micrograd.tensors.optim.optimizer import Rprop as Rprop
from micrograd.tensors.optim.optimizer import (
    clip_grad_norm_ as clip_grad_norm_,
)
from micrograd.tensors.optim.optimizer import (
    clip_grad_value_ as clip_grad_value_,
)
