"""Training on several workers at once: data-parallel, on Dask.

Every worker has the whole model, a *replica*, and a part of the data, a
*shard*; both stay where they are.  In each step a worker computes the
gradient of its shard, the gradients are added up, and every replica takes
the same step with the sum, so that replicas stay equal to the last bit.

Sums travel, not means, because shards may be of different lengths.  They
are added in the order of the shards, whichever worker computed them; random
numbers depend on seed, step and shard alone.  So a shard may move: if a
worker dies, another one is given its data and computes what is missing, and
nothing of the result tells that it happened.

Notation: `i` the number of a shard; a *home* is a worker with a replica.

Leaves out: models that are too large for one worker.

Sources: dask.distributed for actors; PyTorch's ``DistributedDataParallel``,
which takes buffers from the first worker, too.
"""

from __future__ import annotations

import pickle
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import reduce
from importlib import import_module
from operator import add
from typing import Any, Self

import numpy as np

from micrograd.errors import MissingPackageError, ShapeError, StateError
from micrograd.tensors.engine import Tensor, make
from micrograd.tensors.libraries import to_numpy
from micrograd.tensors.nn.modules import Module
from micrograd.tensors.random import default_generator

__all__ = ["DataParallel"]

Array = Any
# Which shard, the sums of losses and gradients, and buffers.
Sums = tuple[int, Any, list[Any], list[Any]]
ALONE = threading.Lock()  # workers in one process share its generator
PATIENCE = 1.0  # seconds between two looks at whether a worker is there
LONG = 60.0  # seconds to wait for a worker if all are gone
MOST = 3  # times that all workers may be lost in one step
MIXING = 1_000_003  # a prime, so that seeds of steps and shards differ


# --- On a worker ---


class Replica:
    """A model, its optimiser, its loss, and the shards it is trained on."""

    def __init__(self, parts: Any, seed: int) -> None:
        if isinstance(parts, bytes):  # a copy, even in the same process
            parts = pickle.loads(parts)  # noqa: S301
        self.model, self.optimizer, self.loss = parts
        self.seed = seed
        self.shards: dict[int, Sequence[Array]] = {}

    def hold(self, i: int, shard: Sequence[Array]) -> None:
        """Take a shard."""
        self.shards[i] = shard

    def sums(self, i: int, step: int) -> Sums:
        """Give the loss of a shard, its gradients, and the new buffers."""
        buffers = [(x, x.array) for x in self.model.buffers()]
        for x, array in buffers:
            x.array = array.copy()  # forward() may change it in place
        seed = ((self.seed * MIXING + step) * MIXING + i) % 2**32
        with ALONE:
            before = default_generator.get_state()
            default_generator.manual_seed(seed)
            try:
                loss = self._backward(i)
            finally:
                default_generator.set_state(before)
        grads = [
            None if p.grad is None else p.grad.array
            for p in self.model.parameters()
        ]
        moved = [x.array for x, _ in buffers]
        for x, array in buffers:
            x.array = array
        return i, loss, grads, moved

    def _backward(self, i: int) -> Array:
        self.model.zero_grad()
        loss = self.loss(self.model, *map(make, self.shards[i]))
        loss.backward()
        return loss.array

    def apply(self, grads: list[Any], buffers: list[Any]) -> None:
        """Take a step with gradients that were added up."""
        for p, g in zip(self.model.parameters(), grads, strict=True):
            p.grad = None if g is None else make(g.copy())
        for x, array in zip(self.model.buffers(), buffers, strict=True):
            x.array = array.copy()
        self.optimizer.step()

    def state(self) -> dict[str, Array]:
        """Give the parameters and buffers, by name."""
        found = self.model.state_dict().items()
        return {name: x.array.copy() for name, x in found}


# --- Where the program runs ---


class Lost(Exception):  # noqa: N818 - it is dealt with
    """A worker is gone, with its replica."""


class Home:
    """A worker, as it is seen from here."""

    def __init__(self, client: Any, address: str, *args: Any) -> None:
        self.client, self.address = client, address
        self.shards: set[int] = set()
        # NB: without pure=False Dask would take two replicas for one.
        self.future = client.submit(
            Replica, *args, actor=True, pure=False, workers=[address]
        )
        self.actor: Any = None

    def ask(self, name: str, *args: Any) -> Callable[[], Any]:
        """Call a method of the replica; give a function that waits for it."""
        try:
            self.actor = self.actor or self._wait(self.future)
            answer = getattr(self.actor, name)(*args)
        except RuntimeError as error:  # of Dask: the actor was lost
            raise Lost(self.address) from error
        return lambda: self._wait(answer)

    def _wait(self, answer: Any) -> Any:
        """The answer, unless the worker goes away before it comes."""
        while True:
            try:
                return answer.result(timeout=PATIENCE)
            except TimeoutError:
                if self.address in self.client.nthreads():
                    continue
                raise Lost(self.address) from None
            except OSError as error:
                raise Lost(self.address) from error


class DataParallel:
    """Train a model on several workers, each with a part of the data.

    Parameters
    ----------
    model : Module
        The model; it is trained with the replicas, and always up to date.
    optimizer : Optimizer
        That of its parameters.
    loss : callable
        ``loss(model, *tensors)``, the *sum* of the losses of the examples,
        not their mean.
    data : sequence of array or Tensor
        The examples, along the first axis of each.
    shards : int, optional
        In how many parts to cut them; by default one for each worker.  The
        numbers that are computed depend on it.
    client : Client or str, optional
        A client of Dask, or the address of a scheduler.  By default workers
        are started on this machine and ended by :meth:`close`.
    seed : int, optional
        Of random numbers, such as those of dropout.

    Raises
    ------
    ShapeError
        If the arrays are of different lengths, or shorter than `shards`.
    MissingPackageError
        If ``distributed`` is not installed.

    Examples
    --------
    >>> import numpy as np
    >>> from distributed import Client
    >>> from micrograd.tensors import nn, optim
    >>> from micrograd.tensors.parallel import DataParallel
    >>> net = nn.Linear(1, 1)
    >>> def loss(net, x, y):
    ...     return ((net(x) - y) ** 2).sum()
    >>> x = np.ones((6, 1), np.float32)
    >>> sgd = optim.SGD(net.parameters(), lr=0.2)
    >>> with Client(
    ...     n_workers=2, processes=False, dashboard_address="127.0.0.1:0"
    ... ) as client:
    ...     job = DataParallel(net, sgd, loss, [x, 3 * x], client=client)
    ...     losses = job.fit(30, progress=False)
    >>> losses[-1] < 0.001 < losses[0]
    True
    """

    def __init__(
        self,
        model: Module,
        optimizer: Any,
        loss: Callable[..., Tensor],
        data: Sequence[Any],
        *,
        shards: int | None = None,
        client: Any = None,
        seed: int = 0,
    ) -> None:
        self.own = client is None or isinstance(client, str)
        self.client = _client(client) if self.own else client
        self.here = Replica((model, optimizer, loss), seed)
        self.steps = self.tries = 0
        arrays = [to_numpy(getattr(x, "array", x)) for x in data]
        self.examples = len(arrays[0])
        self.shards = _cut(arrays, shards or max(len(self._workers()), 1))
        self.homes: list[Home] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let the replicas go, and end what was started here."""
        self.homes.clear()
        if self.own:
            self.client.close()

    # --- Steps ---

    def fit(self, steps: int, progress: bool = True) -> list[float]:
        """Take some steps.

        Parameters
        ----------
        steps : int
            How many.
        progress : bool, optional
            Whether to show a bar, with the loss.

        Returns
        -------
        list of float
            The mean loss before each step.
        """
        losses = []
        with _bar(steps, progress) as bar:
            for _ in range(steps):
                losses.append(self.step())
                bar.set_postfix(loss=f"{losses[-1]:.4g}", refresh=False)
                bar.update()
        return losses

    def step(self) -> float:
        """Take one step, on all shards.

        Returns
        -------
        float
            The mean loss before it.

        Raises
        ------
        StateError
            If all workers are gone, and those that come are lost, too.
        """
        found: dict[int, Sums] = {}
        while len(found) < len(self.shards):
            missing = [i for i in range(len(self.shards)) if i not in found]
            homes = [self._home(i) for i in missing]
            asked = [("sums", i, self.steps) for i in missing]
            for answer in self._answers(homes, asked):
                found[answer[0]] = answer
        parts = [found[i] for i in sorted(found)]
        _, losses, grads, buffers = zip(*parts, strict=True)
        each = zip(*grads, strict=True)
        mean = [_mean(parts, self.examples) for parts in each]
        self.here.apply(mean, buffers[0])
        homes = list(self.homes)
        self._answers(homes, [("apply", mean, buffers[0])] * len(homes))
        self.steps, self.tries = self.steps + 1, 0
        return float(sum(losses)) / self.examples

    def _answers(
        self, homes: Sequence[Home], asked: Sequence[tuple[Any, ...]]
    ) -> list[Any]:
        """Ask all at once; leave out those that are lost."""
        waiting, found = [], []
        for home, question in zip(homes, asked, strict=True):
            with self._unless_lost(home):
                waiting.append((home, home.ask(*question)))
        for home, answer in waiting:
            with self._unless_lost(home):
                found.append(answer())
        return found

    # --- Workers ---

    def _workers(self) -> list[str]:
        return sorted(self.client.nthreads())

    @contextmanager
    def _unless_lost(self, home: Home) -> Iterator[None]:
        """Go on without a home that is lost."""
        try:
            yield
        except Lost:
            if home in self.homes:
                self.homes.remove(home)

    def _home(self, i: int) -> Home:
        """Where a shard is, or is from now on: with who has the fewest."""
        while True:
            for home in self.homes:
                if i in home.shards:
                    return home
            if not self.homes:
                self._settle()
            home = min(self.homes, key=lambda home: len(home.shards))
            with self._unless_lost(home):
                home.ask("hold", i, self.shards[i])()
                home.shards.add(i)

    def _settle(self) -> None:
        """Send the model, as it is now, to all workers that there are."""
        from cloudpickle import dumps  # takes functions of a notebook, too

        self.tries += 1
        try:
            self.client.wait_for_workers(1, timeout=LONG)
        except TimeoutError:
            self.tries = MOST + 1
        if self.tries > MOST:
            asked = "DataParallel needs a worker that lives for one step"
            do = "look at the workers' log, often they lack memory"
            raise StateError(asked, "none", do)
        here = self.here
        packed = dumps((here.model, here.optimizer, here.loss))
        self.homes = [
            Home(self.client, address, packed, here.seed)
            for address in self._workers()
        ]


def _client(address: str | None) -> Any:
    try:
        make_client: Any = import_module("distributed").Client
    except ImportError:
        asked = "DataParallel needs the package distributed"
        do = "run: pip install 'micrograd-literate[parallel]'"
        raise MissingPackageError(asked, "no such package", do) from None
    if address is not None:
        return make_client(address)
    # The dashboard for this machine alone.
    return make_client(threads_per_worker=1, dashboard_address="127.0.0.1:0")


def _bar(steps: int, progress: bool) -> Any:
    from tqdm import tqdm

    return tqdm(total=steps, disable=not progress)


def _cut(arrays: Sequence[Array], number: int) -> list[list[Array]]:
    """The shards: of each array as many parts."""
    lengths = sorted({len(x) for x in arrays})
    if len(lengths) > 1 or lengths[0] < number:
        asked = f"DataParallel cuts arrays of one length into {number} shards"
        given = f"lengths of {' and '.join(map(str, lengths))}"
        raise ShapeError(asked, given, "pass one row for each example")
    parts = [np.array_split(x, number) for x in arrays]
    return [list(shard) for shard in zip(*parts, strict=True)]


def _mean(parts: Sequence[Array | None], examples: int) -> Array | None:
    """The sum of gradients over all shards, for one example."""
    found = [g for g in parts if g is not None]
    return reduce(add, found) / examples if found else None
