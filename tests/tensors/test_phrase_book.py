"""The phrase book's column for tensors: each row of it holds.

A row is found by what it says in PyTorch; a row that is new, or gone, fails.
"""

import re
from pathlib import Path

import numpy as np
import pytest

import micrograd
import micrograd.tensors as torch
from micrograd.errors import GraphError
from micrograd.tensors import transforms

nn, F = torch.nn, torch.nn.functional
PAGE = Path(__file__).parents[2] / "docs/explanation/how-pytorch-does-it.md"
ROW = re.compile(r"^\| \[(.+?)\]\(.+?\) \| (.+) \| (.+?) \|$", re.MULTILINE)


def rows():
    """What each row says in PyTorch, and on tensors."""
    found = ROW.findall(PAGE.read_text("utf-8"))
    return {there.strip("`"): tensors for there, _, tensors in found}


def leaf(number=3.0):
    return torch.tensor(number, requires_grad=True)


def holds_for_leaves():
    x = leaf()
    return x.is_leaf and not (x * x).is_leaf and x.item() == 3.0


def holds_for_requires_grad():
    x, c = leaf(), torch.tensor(2.0)
    return not c.requires_grad and (x * c).requires_grad


def holds_for_grad_fn():
    y = leaf() ** 2
    return y.grad_fn.inputs != () and leaf().grad_fn is None


def holds_for_zero_grad():
    x = leaf()
    optimizer = torch.optim.SGD([x], lr=0.1)
    (x * x).backward()
    optimizer.zero_grad()
    return x.grad is None


def holds_for_retain_graph():
    x = leaf()
    y = x.exp()
    y.backward(retain_graph=True)
    y.backward()
    with pytest.raises(GraphError):
        y.backward()
    return x.grad.item() == pytest.approx(2 * y.item())


def holds_for_retain_grad():
    y, z = leaf() * 2.0, leaf() * 2.0
    y.retain_grad()
    (y * y + z).backward()
    return y.grad.item() == 12.0 and z.grad is None


def holds_for_gradient():
    x = leaf()
    (x * 2.0).backward(gradient=torch.tensor(10.0))
    return x.grad.item() == 20.0


def holds_for_create_graph():
    x = leaf()
    (first,) = torch.autograd.grad(x**3, x, create_graph=True)
    (second,) = torch.autograd.grad(first, x)
    return second.item() == 18.0


def holds_for_no_grad():
    with torch.no_grad():
        return not (leaf() * 2.0).requires_grad


def holds_for_detach():
    return not (leaf() * 2.0).detach().requires_grad


def holds_for_updates():
    x = leaf()
    (x * x).backward()
    with pytest.raises(GraphError):
        x -= 0.5 * x.grad
    with torch.no_grad():
        x -= 0.5 * x.grad
    return x.item() == 0.0 and x.is_leaf


def holds_in_place():
    y = leaf().exp()
    y += 1.0
    with pytest.raises(GraphError, match="changed in place"):
        y.backward()
    return True


def holds_for_state_dict():
    found = nn.Linear(2, 3).state_dict()
    return {k: v.shape for k, v in found.items()} == {
        "weight": (3, 2),
        "bias": (3,),
    }


def holds_for_losses():
    loss = F.cross_entropy(torch.zeros(2, 3), torch.tensor([0, 2]))
    return loss.item() == pytest.approx(np.log(3.0))


def holds_for_func():
    names = ["grad", "jvp", "vjp", "hessian"]
    return all(callable(getattr(transforms, name)) for name in names)


def holds_for_anomalies():
    x = leaf(-1.0)
    return transforms.find_nonfinite(x.log() * 2.0) is not None


def holds_for_gradcheck():
    x = torch.tensor([0.3, 0.7], dtype=torch.float64, requires_grad=True)
    return transforms.gradcheck(torch.tanh, x)


def holds_for_compile():
    x = torch.tensor([1.0, 2.0])
    return bool((micrograd.compile(torch.tanh)(x) == torch.tanh(x)).all())


def holds_for_clipping():
    x = leaf()
    (x * 4.0).backward()
    norm = nn.utils.clip_grad_norm_([x], max_norm=1.0)
    return norm.item() == 4.0 and x.grad.item() == pytest.approx(1.0)


HOLDS = {
    "torch.tensor(3.0, requires_grad=True)": holds_for_leaves,
    "t.is_leaf": holds_for_leaves,
    "requires_grad": holds_for_requires_grad,
    "t.item()": holds_for_leaves,
    "t.grad_fn": holds_for_grad_fn,
    "optimizer.zero_grad()": holds_for_zero_grad,
    "backward(retain_graph=True)": holds_for_retain_graph,
    "t.retain_grad()": holds_for_retain_grad,
    "backward(gradient=g)": holds_for_gradient,
    "create_graph=True": holds_for_create_graph,
    "torch.no_grad()": holds_for_no_grad,
    "t.detach()": holds_for_detach,
    "w -= rate * w.grad` under `no_grad": holds_for_updates,
    "in-place operations": holds_in_place,
    "state_dict()": holds_for_state_dict,
    "F.cross_entropy(scores, target)": holds_for_losses,
    "torch.func": holds_for_func,
    "detect_anomaly()": holds_for_anomalies,
    "torch.autograd.gradcheck": holds_for_gradcheck,
    "torch.compile": holds_for_compile,
    "clip_grad_norm_": holds_for_clipping,
}


def test_every_row_says_what_it_is_on_tensors():
    found = rows()
    assert set(HOLDS) == set(found)
    assert "" not in found.values()


@pytest.mark.parametrize("phrase", HOLDS)
def test_a_phrase_holds_on_tensors(phrase):
    assert HOLDS[phrase]()
