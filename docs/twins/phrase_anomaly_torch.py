"""Which operation made the first nan."""

import warnings

import torch

x = torch.tensor(0.0, requires_grad=True)
try:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with torch.autograd.detect_anomaly():
            y = x.sqrt() * 0.0
            y.backward()
except RuntimeError as error:
    print(error)
