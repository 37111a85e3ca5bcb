"""Data in batches, in PyTorch's order.

A loader puts examples together, in their order or in one that is drawn.
Drawn it is as PyTorch draws it, from the same seed.

Notation: a *data set* is anything with a length and an index.

Leaves out: worker processes and streams of data.

Sources: ``torch.utils.data`` for names, arguments and which numbers are
drawn in which order.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from itertools import islice, pairwise
from typing import Any

import numpy as np

from micrograd.errors import OptionError, ShapeError
from micrograd.namespaces import to_choice, to_count
from micrograd.tensors.creation import multinomial, randperm, tensor
from micrograd.tensors.engine import Tensor
from micrograd.tensors.functions import stack
from micrograd.tensors.random import Generator, default_generator

__all__ = [
    "BatchSampler",
    "ConcatDataset",
    "DataLoader",
    "Dataset",
    "IterableDataset",
    "RandomSampler",
    "SequentialSampler",
    "Subset",
    "SubsetRandomSampler",
    "TensorDataset",
    "WeightedRandomSampler",
    "default_collate",
    "default_convert",
    "random_split",
]


class Dataset:
    """Examples that can be counted and picked by number.

    Examples
    --------
    >>> from micrograd.tensors.data import DataLoader, Dataset
    >>> class Squares(Dataset):
    ...     def __len__(self):
    ...         return 4
    ...     def __getitem__(self, i):
    ...         return i * i
    >>> list(DataLoader(Squares(), batch_size=4))
    [tensor([0, 1, 4, 9])]
    """

    def __getitem__(self, index: Any) -> Any:
        """Give an example."""
        raise NotImplementedError

    def __add__(self, other: Any) -> ConcatDataset:
        return ConcatDataset([self, other])


class IterableDataset(Dataset):
    """Examples that come one after another, from an ``__iter__``.

    Examples
    --------
    >>> from micrograd.tensors.data import DataLoader, IterableDataset
    >>> class Counted(IterableDataset):
    ...     def __iter__(self):
    ...         return iter(range(3))
    >>> list(DataLoader(Counted(), batch_size=2))
    [tensor([0, 1]), tensor([2])]
    """

    def __iter__(self) -> Iterator[Any]:
        raise NotImplementedError


class TensorDataset(Dataset):
    """Tensors whose first axes are the examples.

    Parameters
    ----------
    *tensors : Tensor
        As long as each other.

    Raises
    ------
    ShapeError
        If they are not.

    Examples
    --------
    >>> from micrograd.tensors import eye, tensor
    >>> from micrograd.tensors.data import TensorDataset
    >>> TensorDataset(eye(2), tensor([7, 8]))[1]
    (tensor([0., 1.]), tensor(8))
    """

    def __init__(self, *tensors: Tensor) -> None:
        if len({len(x) for x in tensors}) != 1:
            asked = "TensorDataset() takes tensors of equal length"
            given = f"the shapes {[x.shape for x in tensors]}"
            raise ShapeError(asked, given, "cut them to the same length")
        self.tensors = tensors

    def __len__(self) -> int:
        return len(self.tensors[0])

    def __getitem__(self, index: Any) -> Any:
        return tuple(x[index] for x in self.tensors)


class Subset(Dataset):
    """Some examples of a data set.

    Parameters
    ----------
    dataset : Dataset
        The examples.
    indices : sequence of int
        Which of them.

    Examples
    --------
    >>> from micrograd.tensors.data import Subset
    >>> list(Subset("abcd", [3, 1]))
    ['d', 'b']
    """

    def __init__(self, dataset: Any, indices: Sequence[int]) -> None:
        self.dataset, self.indices = dataset, indices

    def __len__(self) -> int:
        return len(self.indices)

    def __getitem__(self, index: Any) -> Any:
        return self.dataset[self.indices[index]]


class ConcatDataset(Dataset):
    """Data sets, one after the other; also the sum of two.

    Parameters
    ----------
    datasets : sequence of Dataset
        The data sets.

    Examples
    --------
    >>> from micrograd.tensors.data import ConcatDataset
    >>> list(ConcatDataset(["ab", "c"]))
    ['a', 'b', 'c']
    """

    def __init__(self, datasets: Sequence[Any]) -> None:
        self.datasets = list(datasets)
        self.cumulative_sizes = np.cumsum([*map(len, self.datasets)]).tolist()

    def __len__(self) -> int:
        return int(self.cumulative_sizes[-1])

    def __getitem__(self, index: Any) -> Any:
        i = range(len(self))[index]  # from the end, if negative
        at = bisect_right(self.cumulative_sizes, i)
        before = self.cumulative_sizes[at - 1] if at else 0
        return self.datasets[at][i - before]


def random_split(
    dataset: Any,
    lengths: Sequence[float],
    generator: Generator | None = None,
) -> list[Subset]:
    """Cut a data set into parts, by chance.

    Parameters
    ----------
    dataset : Dataset
        The examples.
    lengths : sequence of int, or of float
        How many go into each part; or which share.
    generator : Generator, optional
        Where numbers are drawn from.

    Returns
    -------
    list of Subset
        The parts.

    Raises
    ------
    OptionError
        If the lengths do not add up.

    Examples
    --------
    >>> from micrograd.tensors import Generator
    >>> from micrograd.tensors.data import random_split
    >>> g = Generator().manual_seed(0)
    >>> [list(part) for part in random_split("abcde", [3, 2], g)]
    [['e', 'a', 'b'], ['d', 'c']]
    """
    n, sizes = len(dataset), list(lengths)
    if abs(sum(sizes) - 1) < 1e-9 and n != 1:
        sizes = [int(n * share) for share in sizes]
        for i in range(n - sum(map(int, sizes))):  # what rounding left
            sizes[i % len(sizes)] += 1
    if sum(sizes) != n:
        asked = f"random_split() of {n} takes lengths that add up to it"
        raise OptionError(asked, f"{list(lengths)}", "or shares, up to 1")
    order = randperm(n, generator=generator).tolist()
    ends = np.cumsum([0, *sizes]).astype(int).tolist()
    return [Subset(dataset, order[a:b]) for a, b in pairwise(ends)]


def default_collate(examples: Sequence[Any]) -> Any:
    """Put examples together to a batch.

    Parameters
    ----------
    examples : sequence
        Tensors, arrays, numbers, or tuples, lists and dicts of them.

    Returns
    -------
    Tensor, or a list or dict of them
        The batch; texts stay a list.

    Examples
    --------
    >>> from micrograd.tensors.data import default_collate
    >>> default_collate([(1.0, "a"), (2.0, "b")])
    [tensor([1., 2.], dtype=torch.float64), ['a', 'b']]
    """
    first = examples[0]
    if isinstance(first, Tensor):
        return stack(list(examples))
    if isinstance(first, (str, bytes)):
        return list(examples)
    if isinstance(first, dict):
        return {k: default_collate([x[k] for x in examples]) for k in first}
    if isinstance(first, (tuple, list)):
        columns = zip(*examples, strict=True)
        batch = [default_collate(column) for column in columns]
        named = hasattr(first, "_fields")
        return type(first)(*batch) if named else batch
    return tensor(np.array([np.asarray(x) for x in examples]))


def default_convert(example: Any) -> Any:
    """Make tensors of the arrays of one example.

    Parameters
    ----------
    example : object
        An array, or tuples, lists and dicts of them.

    Returns
    -------
    object
        The same with tensors; what is no array stays.

    Examples
    --------
    >>> import numpy as np
    >>> from micrograd.tensors.data import default_convert
    >>> default_convert((np.array([1, 2]), "a"))
    [tensor([1, 2]), 'a']
    """
    if isinstance(example, (np.ndarray, np.generic)):
        return tensor(example)
    if isinstance(example, dict):
        return {k: default_convert(x) for k, x in example.items()}
    if isinstance(example, (tuple, list)):
        parts = [default_convert(x) for x in example]
        named = hasattr(example, "_fields")
        return type(example)(*parts) if named else parts
    return example


class SequentialSampler:
    """The numbers of the examples in their order.

    Parameters
    ----------
    data_source : Dataset
        The examples.

    Examples
    --------
    >>> from micrograd.tensors.data import SequentialSampler
    >>> list(SequentialSampler("abc"))
    [0, 1, 2]
    """

    def __init__(self, data_source: Any) -> None:
        self.data_source = data_source

    def __len__(self) -> int:
        return len(self.data_source)

    def __iter__(self) -> Iterator[int]:
        return iter(range(len(self)))


class RandomSampler:
    """The numbers of examples, drawn.

    Parameters
    ----------
    data_source : Dataset
        The examples.
    replacement : bool, optional
        Whether an example can be drawn again before all are.
    num_samples : int, optional
        How many are drawn; by default as many as there are.
    generator : Generator, optional
        Where numbers are drawn from.

    Raises
    ------
    OptionError
        If there is nothing to draw.

    Examples
    --------
    >>> from micrograd.tensors import Generator
    >>> from micrograd.tensors.data import RandomSampler
    >>> list(RandomSampler("abc", generator=Generator().manual_seed(0)))
    [2, 0, 1]
    """

    def __init__(
        self,
        data_source: Any,
        replacement: bool = False,
        num_samples: int | None = None,
        generator: Generator | None = None,
    ) -> None:
        self.data_source, self.replacement = data_source, replacement
        self.num_samples, self.generator = num_samples, generator
        if len(self) < 1 or not len(data_source):
            asked = "RandomSampler() takes examples to draw from"
            given = f"{len(self)} of {len(data_source)}"
            raise OptionError(asked, given, "check the data set")

    def __len__(self) -> int:
        n = self.num_samples
        return len(self.data_source) if n is None else n

    def __iter__(self) -> Iterator[int]:
        n, source = len(self.data_source), self.generator
        if source is None:
            seed = int(default_generator.integers(0, 2**63, ()))
            source = Generator().manual_seed(seed)
        size = 32 if self.replacement else n  # drawn at once, as in PyTorch
        for left in range(len(self), -1, -size):
            some = (
                source.integers(0, n, (min(size, left),))
                if self.replacement
                else source.permutation(n)[:left]
            )
            yield from some.tolist()


class SubsetRandomSampler:
    """Some numbers of examples, in an order that is drawn.

    Parameters
    ----------
    indices : sequence of int
        The numbers.
    generator : Generator, optional
        Where numbers are drawn from.

    Examples
    --------
    >>> from micrograd.tensors import Generator
    >>> from micrograd.tensors.data import SubsetRandomSampler
    >>> g = Generator().manual_seed(0)
    >>> list(SubsetRandomSampler([3, 5, 7], g))
    [7, 3, 5]
    """

    def __init__(
        self, indices: Sequence[int], generator: Generator | None = None
    ) -> None:
        self.indices, self.generator = indices, generator

    def __len__(self) -> int:
        return len(self.indices)

    def __iter__(self) -> Iterator[int]:
        order = randperm(len(self), generator=self.generator)
        return (self.indices[i] for i in order.tolist())


class WeightedRandomSampler:
    """Numbers of examples, drawn by their weights.

    Parameters
    ----------
    weights : Tensor, or sequence of float
        How likely each example is; need not add up to 1.
    num_samples : int
        How many are drawn.
    replacement : bool, optional
        Whether an example can be drawn again.
    generator : Generator, optional
        Where numbers are drawn from.

    Examples
    --------
    >>> from micrograd.tensors import Generator
    >>> from micrograd.tensors.data import WeightedRandomSampler
    >>> g = Generator().manual_seed(0)
    >>> list(WeightedRandomSampler([0.5, 0.0, 1.5], 5, generator=g))
    [2, 2, 2, 2, 2]
    """

    def __init__(
        self,
        weights: Any,
        num_samples: int,
        replacement: bool = True,
        generator: Generator | None = None,
    ) -> None:
        self.weights = tensor(np.asarray(weights, np.float64))
        self.num_samples = to_count(num_samples, "WeightedRandomSampler()")
        self.replacement, self.generator = replacement, generator

    def __len__(self) -> int:
        return self.num_samples

    def __iter__(self) -> Iterator[int]:
        how = self.num_samples, self.replacement, self.generator
        return iter(multinomial(self.weights, *how).tolist())


class BatchSampler:
    """The numbers of a sampler in lists, one for each batch.

    Parameters
    ----------
    sampler : iterable of int
        The numbers.
    batch_size : int
        How many make a batch.
    drop_last : bool
        Whether to leave out a last batch that is shorter.

    Examples
    --------
    >>> from micrograd.tensors.data import BatchSampler
    >>> list(BatchSampler(range(5), 2, False))
    [[0, 1], [2, 3], [4]]
    """

    def __init__(
        self, sampler: Any, batch_size: int, drop_last: bool
    ) -> None:
        self.sampler = sampler
        self.batch_size, self.drop_last = batch_size, drop_last

    def __len__(self) -> int:
        more = 0 if self.drop_last else self.batch_size - 1
        return (len(self.sampler) + more) // self.batch_size

    def __iter__(self) -> Iterator[list[int]]:
        order = iter(self.sampler)
        while some := list(islice(order, self.batch_size)):
            if len(some) == self.batch_size or not self.drop_last:
                yield some


class DataLoader:
    """The batches of a data set, over and over.

    Parameters
    ----------
    dataset : Dataset
        The examples.
    batch_size : int, optional
        How many make a batch; with None each example comes by itself.
    shuffle : bool, optional
        Whether their order is drawn anew each time.
    drop_last : bool, optional
        Whether to leave out a last batch that is shorter.
    collate_fn : callable, optional
        What makes a batch of a list of examples.
    generator : Generator, optional
        Where numbers are drawn from.
    sampler : iterable of int, optional
        The numbers of the examples in their order; by default counted, or
        drawn.
    batch_sampler : iterable of list of int, optional
        The numbers of each batch, in place of all other settings of order.
    **switches : object
        ``num_workers``, ``pin_memory`` and other switches of PyTorch's,
        which change nothing here.

    Raises
    ------
    OptionError
        If there is no such setting, or `shuffle` is asked of a sampler.

    Examples
    --------
    >>> from micrograd.tensors import Generator, arange
    >>> from micrograd.tensors.data import DataLoader, TensorDataset
    >>> g = Generator().manual_seed(42)
    >>> data = TensorDataset(arange(5))
    >>> [x.tolist() for x, in DataLoader(data, 2, shuffle=True, generator=g)]
    [[1, 3], [2, 4], [0]]
    """

    def __init__(
        self,
        dataset: Any,
        batch_size: Any = 1,
        shuffle: bool = False,
        drop_last: bool = False,
        collate_fn: Callable[[list[Any]], Any] | None = None,
        generator: Generator | None = None,
        sampler: Any = None,
        batch_sampler: Any = None,
        **switches: Any,
    ) -> None:
        single = batch_size is None
        if not single and (not isinstance(batch_size, int) or batch_size < 1):
            asked = "DataLoader(batch_size=) takes a number from 1 on, or None"
            raise OptionError(asked, f"{batch_size}", "pass 32, for example")
        for name in switches:
            to_choice(name, "DataLoader() takes, beside others,", SWITCHES)
        if sampler is not None and shuffle:
            asked = "DataLoader(sampler=) takes the order of a sampler"
            raise OptionError(asked, "shuffle=True", "leave one of them out")
        if single and drop_last:
            asked = "DataLoader(batch_size=None) gives all examples"
            raise OptionError(asked, "drop_last=True", "leave it out")
        others = (batch_size != 1, shuffle, sampler is not None, drop_last)
        if batch_sampler is not None and any(others):
            asked = "DataLoader(batch_sampler=) takes all batches from it"
            given = "batch_size, shuffle, sampler or drop_last"
            raise OptionError(asked, given, "leave them out")
        self.dataset, self.batch_size = dataset, batch_size
        self.drop_last, self.generator = drop_last, generator
        usual = default_convert if single else default_collate
        self.collate_fn = collate_fn or usual
        self.streams = isinstance(dataset, IterableDataset)
        if self.streams and (shuffle or sampler or batch_sampler):
            asked = "DataLoader() of examples that come in an order keeps it"
            given = "shuffle, sampler or batch_sampler"
            raise OptionError(asked, given, "leave them out")
        if self.streams:
            sampler = dataset  # of examples, not of numbers
        if sampler is None and shuffle:
            sampler = RandomSampler(dataset, generator=generator)
        order = SequentialSampler(dataset) if sampler is None else sampler
        self.sampler = order
        self.batch_sampler = batch_sampler
        if batch_sampler is None and not single:
            self.batch_sampler = BatchSampler(order, batch_size, drop_last)

    def __len__(self) -> int:
        single = self.batch_sampler is None
        return len(self.sampler if single else self.batch_sampler)

    def __iter__(self) -> Iterator[Any]:
        source = self.generator or default_generator
        source.integers(0, 2**63, ())  # the seed of workers, had we any
        single = self.batch_sampler is None
        found = iter(self.sampler if single else self.batch_sampler)
        if not self.streams:
            found = map(self._example if single else self._examples, found)
        return map(self.collate_fn, found)

    def _example(self, i: int) -> Any:
        return self.dataset[i]

    def _examples(self, some: list[int]) -> list[Any]:
        return [self.dataset[i] for i in some]


SWITCHES = (
    "num_workers", "pin_memory", "timeout", "worker_init_fn",
    "multiprocessing_context", "prefetch_factor", "persistent_workers",
    "pin_memory_device", "in_order",
)  # fmt: skip
