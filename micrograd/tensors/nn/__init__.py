"""Layers of networks of tensors, under PyTorch's names.

The public names, in reading order.
"""

from types import SimpleNamespace as _SimpleNamespace

from micrograd.tensors.nn import functional as functional
from micrograd.tensors.nn import init as init
from micrograd.tensors.nn import rnn as _rnn
from micrograd.tensors.nn.modules import AvgPool2d as AvgPool2d
from micrograd.tensors.nn.modules import BCELoss as BCELoss
from micrograd.tensors.nn.modules import BCEWithLogitsLoss as BCEWithLogitsLoss
from micrograd.tensors.nn.modules import BatchNorm1d as BatchNorm1d
from micrograd.tensors.nn.modules import BatchNorm2d as BatchNorm2d
from micrograd.tensors.nn.modules import Bilinear as Bilinear
from micrograd.tensors.nn.modules import Conv1d as Conv1d
from micrograd.tensors.nn.modules import Conv2d as Conv2d
from micrograd.tensors.nn.modules import ConvTranspose2d as ConvTranspose2d
from micrograd.tensors.nn.modules import CosineSimilarity as CosineSimilarity
from micrograd.tensors.nn.modules import CrossEntropyLoss as CrossEntropyLoss
from micrograd.tensors.nn.modules import Dropout as Dropout
from micrograd.tensors.nn.modules import ELU as ELU
from micrograd.tensors.nn.modules import Embedding as Embedding
from micrograd.tensors.nn.modules import Flatten as Flatten
from micrograd.tensors.nn.modules import GELU as GELU
from micrograd.tensors.nn.modules import GRU as GRU
from micrograd.tensors.nn.modules import GRUCell as GRUCell
from micrograd.tensors.nn.modules import GroupNorm as GroupNorm
from micrograd.tensors.nn.modules import Hardtanh as Hardtanh
from micrograd.tensors.nn.modules import HuberLoss as HuberLoss
from micrograd.tensors.nn.modules import Identity as Identity
from micrograd.tensors.nn.modules import KLDivLoss as KLDivLoss
from micrograd.tensors.nn.modules import L1Loss as L1Loss
from micrograd.tensors.nn.modules import LSTM as LSTM
from micrograd.tensors.nn.modules import LSTMCell as LSTMCell
from micrograd.tensors.nn.modules import LayerNorm as LayerNorm
from micrograd.tensors.nn.modules import LeakyReLU as LeakyReLU
from micrograd.tensors.nn.modules import Linear as Linear
from micrograd.tensors.nn.modules import LogSigmoid as LogSigmoid
from micrograd.tensors.nn.modules import LogSoftmax as LogSoftmax
from micrograd.tensors.nn.modules import MSELoss as MSELoss
from micrograd.tensors.nn.modules import MaxPool2d as MaxPool2d
from micrograd.tensors.nn.modules import Mish as Mish
from micrograd.tensors.nn.modules import Module as Module
from micrograd.tensors.nn.modules import ModuleDict as ModuleDict
from micrograd.tensors.nn.modules import ModuleList as ModuleList
from micrograd.tensors.nn.modules import (
    MultiheadAttention as MultiheadAttention,
)
from micrograd.tensors.nn.modules import NLLLoss as NLLLoss
from micrograd.tensors.nn.modules import Parameter as Parameter
from micrograd.tensors.nn.modules import RMSNorm as RMSNorm
from micrograd.tensors.nn.modules import RNN as RNN
from micrograd.tensors.nn.modules import RNNCell as RNNCell
from micrograd.tensors.nn.modules import ReLU as ReLU
from micrograd.tensors.nn.modules import ReLU6 as ReLU6
from micrograd.tensors.nn.modules import SELU as SELU
from micrograd.tensors.nn.modules import Sequential as Sequential
from micrograd.tensors.nn.modules import SiLU as SiLU
from micrograd.tensors.nn.modules import Sigmoid as Sigmoid
from micrograd.tensors.nn.modules import SmoothL1Loss as SmoothL1Loss
from micrograd.tensors.nn.modules import Softmax as Softmax
from micrograd.tensors.nn.modules import Softplus as Softplus
from micrograd.tensors.nn.modules import Softsign as Softsign
from micrograd.tensors.nn.modules import Tanh as Tanh
from micrograd.tensors.nn.modules import AdaptiveAvgPool1d as AdaptiveAvgPool1d
from micrograd.tensors.nn.modules import AdaptiveAvgPool2d as AdaptiveAvgPool2d
from micrograd.tensors.nn.modules import AvgPool1d as AvgPool1d
from micrograd.tensors.nn.modules import Dropout2d as Dropout2d
from micrograd.tensors.nn.modules import GLU as GLU
from micrograd.tensors.nn.modules import Hardsigmoid as Hardsigmoid
from micrograd.tensors.nn.modules import Hardswish as Hardswish
from micrograd.tensors.nn.modules import MaxPool1d as MaxPool1d
from micrograd.tensors.nn.modules import PReLU as PReLU
from micrograd.tensors.nn.modules import PairwiseDistance as PairwiseDistance
from micrograd.tensors.nn.modules import ParameterDict as ParameterDict
from micrograd.tensors.nn.modules import ParameterList as ParameterList
from micrograd.tensors.nn.modules import TripletMarginLoss as TripletMarginLoss
from micrograd.tensors.nn.modules import Unflatten as Unflatten
from micrograd.tensors.nn.modules import Unfold as Unfold
from micrograd.tensors.nn.modules import Upsample as Upsample
from micrograd.tensors.nn.modules import ZeroPad2d as ZeroPad2d
from micrograd.tensors.nn.modules import InstanceNorm2d as InstanceNorm2d
from micrograd.tensors.nn.modules import PixelShuffle as PixelShuffle
from micrograd.tensors.nn.modules import ReflectionPad2d as ReflectionPad2d
from micrograd.tensors.nn.lazy import LazyBatchNorm1d as LazyBatchNorm1d
from micrograd.tensors.nn.lazy import LazyBatchNorm2d as LazyBatchNorm2d
from micrograd.tensors.nn.lazy import LazyConv1d as LazyConv1d
from micrograd.tensors.nn.lazy import LazyConv2d as LazyConv2d
from micrograd.tensors.nn.lazy import (
    LazyConvTranspose2d as LazyConvTranspose2d,
)
from micrograd.tensors.nn.lazy import LazyLinear as LazyLinear
from micrograd.tensors.nn import normed as _normed
from micrograd.tensors.nn.transformer import Transformer as Transformer
from micrograd.tensors.nn.transformer import (
    TransformerDecoder as TransformerDecoder,
)
from micrograd.tensors.nn.transformer import (
    TransformerDecoderLayer as TransformerDecoderLayer,
)
from micrograd.tensors.nn.transformer import (
    TransformerEncoder as TransformerEncoder,
)
from micrograd.tensors.nn.transformer import (
    TransformerEncoderLayer as TransformerEncoderLayer,
)
from micrograd.tensors.optim.optimizer import (
    clip_grad_norm_ as _clip_grad_norm_,
)
from micrograd.tensors.optim.optimizer import (
    clip_grad_value_ as _clip_grad_value_,
)
from micrograd.tensors.optim.optimizer import (
    parameters_to_vector as _parameters_to_vector,
)
from micrograd.tensors.optim.optimizer import (
    vector_to_parameters as _vector_to_parameters,
)

# Where PyTorch has them, too.
utils = _SimpleNamespace(
    clip_grad_norm_=_clip_grad_norm_,
    clip_grad_value_=_clip_grad_value_,
    parameters_to_vector=_parameters_to_vector,
    vector_to_parameters=_vector_to_parameters,
    **{name: getattr(_normed, name) for name in _normed.__all__},
    rnn=_rnn,
)
