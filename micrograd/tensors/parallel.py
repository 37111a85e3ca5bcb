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
from collections.abc import Callable, Sequence
from functools import reduce
from operator import add
from typing import Any, Self

import numpy as np

from micrograd.about import INSTALL
from micrograd.errors import ShapeError, StateError, optional
from micrograd.tensors.engine import Tensor, make
from micrograd.tensors.libraries import to_numpy
from micrograd.tensors.nn.modules import Module
from micrograd.tensors.random import default_generator, seeded

__all__ = ["DataParallel"]

Array = Any
# Which shard, the sums of losses and gradients, and buffers.
Sums = tuple[int, Any, list[Any], list[Any]]
GONE = object()
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
        self.parameters = list(self.model.parameters())
        self.buffers = list(self.model.buffers())
        self.seed = seed
        self.shards: dict[int, Sequence[Array]] = {}

    def hold(self, i: int, shard: Sequence[Array]) -> bool:
        """Take a shard."""
        self.shards[i] = shard
        return True

    def sums(self, i: int, step: int) -> Sums:
        """Give the loss of a shard, its gradients, and the new buffers."""
        before = [x.array for x in self.buffers]
        _put(self.buffers, before)  # forward() may change them in place
        seed = ((self.seed * MIXING + step) * MIXING + i) % 2**32
        with seeded(default_generator, seed):  # others may draw meanwhile
            self.model.zero_grad()
            loss = self.loss(self.model, *map(make, self.shards[i]))
            loss.backward()
        after = [x.array for x in self.buffers]
        _put(self.buffers, before)
        grads = [getattr(p.grad, "array", None) for p in self.parameters]
        return i, loss.array, grads, after

    def apply(self, grads: list[Any], buffers: list[Array]) -> None:
        """Take a step with gradients that were added up."""
        for p, g in zip(self.parameters, grads, strict=True):
            p.grad = None if g is None else make(g.copy())
        _put(self.buffers, buffers)
        self.optimizer.step()

    def state(self) -> dict[str, Array]:
        """Give the parameters and buffers, by name."""
        found = self.model.state_dict().items()
        return {name: x.array.copy() for name, x in found}


def _put(buffers: list[Tensor], arrays: list[Array]) -> None:
    for x, array in zip(buffers, arrays, strict=True):
        x.array = array.copy()


# --- A worker, seen from here ---


class Home:
    """A worker with a replica, and whether it is still there."""

    def __init__(self, client: Any, address: str, *args: Any) -> None:
        self.client, self.address, self.gone = client, address, False
        self.shards: set[int] = set()
        # NB: without pure=False Dask would take two replicas for one.
        self.future = client.submit(
            Replica, *args, actor=True, pure=False, workers=[address]
        )

    def ask(self, name: str, *args: Any) -> Callable[[], Any]:
        """Call a method of the replica; give a function that waits for it."""
        try:
            actor = self._wait(self.future)
            answer = None if self.gone else getattr(actor, name)(*args)
        except RuntimeError:  # of Dask: the actor was lost
            self.gone = True
        return lambda: GONE if self.gone else self._wait(answer)

    def _wait(self, answer: Any) -> Any:
        """The answer, unless the worker goes away before it comes."""
        while not self.gone:
            try:
                return answer.result(timeout=PATIENCE)
            except TimeoutError:
                self.gone = self.address not in self.client.nthreads()
            except OSError:
                self.gone = True
            except ValueError as error:  # Dask's, until 2025
                self.gone = "Actor was lost" in str(error)
                if not self.gone:
                    raise
        return GONE


# --- Where the program runs ---


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
        self.shards = _cut(arrays, shards or len(self.client.nthreads()) or 1)
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
        from tqdm import tqdm

        losses = []
        with tqdm(total=steps, disable=not progress) as bar:
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
        numbers = range(len(self.shards))
        while missing := [i for i in numbers if i not in found]:
            homes = [self._home(i) for i in missing]
            asked: Any = [("sums", i, self.steps) for i in missing]
            found |= {x[0]: x for x in self._answers(homes, asked)}
        parts = [found[i] for i in numbers]
        _, losses, grads, buffers = zip(*parts, strict=True)
        means = [self._mean(each) for each in zip(*grads, strict=True)]
        self.here.apply(means, buffers[0])
        asked = [("apply", means, buffers[0])] * len(self.homes)
        self._answers(self.homes, asked)
        self.steps, self.tries = self.steps + 1, 0
        return float(self._mean(losses))

    def _mean(self, parts: Sequence[Array]) -> Any:
        found = [x for x in parts if x is not None]
        return reduce(add, found) / self.examples if found else None

    def _answers(
        self, homes: Sequence[Home], asked: Sequence[tuple[Any, ...]]
    ) -> list[Any]:
        """Ask all at once; leave out those that are gone."""
        pairs = zip(homes, asked, strict=True)
        waiting = [home.ask(*question) for home, question in pairs]
        found = [answer() for answer in waiting]
        self.homes = [home for home in self.homes if not home.gone]
        return [answer for answer in found if answer is not GONE]

    def _home(self, i: int) -> Home:
        """Where a shard is, or is from now on: with who has the fewest."""
        while True:
            for home in self.homes:
                if i in home.shards:
                    return home
            home = min(self.homes or self._settle(), key=_burden)
            if self._answers([home], [("hold", i, self.shards[i])]):
                home.shards.add(i)

    def _settle(self) -> list[Home]:
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
        addresses = sorted(self.client.nthreads())
        self.homes = [
            Home(self.client, one, packed, here.seed) for one in addresses
        ]
        return self.homes


def _burden(home: Home) -> int:
    return len(home.shards)


def _client(address: str | None) -> Any:
    asked = "DataParallel needs the package distributed"
    do = "run: " + INSTALL.format("parallel")
    make_client = optional("distributed", asked, do).Client
    if address is not None:
        return make_client(address)
    # The dashboard for this machine alone.
    return make_client(threads_per_worker=1, dashboard_address="127.0.0.1:0")


def _cut(arrays: Sequence[Array], number: int) -> list[list[Array]]:
    """The shards: of each array as many parts."""
    lengths = sorted({len(x) for x in arrays})
    if len(lengths) > 1 or lengths[0] < number:
        asked = f"DataParallel cuts arrays of one length into {number} shards"
        given = f"lengths of {' and '.join(map(str, lengths))}"
        raise ShapeError(asked, given, "pass one row for each example")
    parts = [np.array_split(x, number) for x in arrays]
    return [list(shard) for shard in zip(*parts, strict=True)]
