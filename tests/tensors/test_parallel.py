"""Training on several workers: equal replicas, and workers that die."""

import os
import signal
from pathlib import Path

import numpy as np
import pytest

import micrograd.tensors as mt
from micrograd.errors import ShapeError
from micrograd.tensors import nn, optim, parallel
from micrograd.tensors.nn import functional as F  # noqa: N812
from micrograd.tensors.parallel import DataParallel, Replica

distributed = pytest.importorskip(
    "distributed", reason="Dask is not installed"
)
import dask  # noqa: E402

# Float64, sums over some dozens of examples in another order.
CLOSE = 1e-12


def network(dropout=0.0):
    mt.manual_seed(5)
    return nn.Sequential(
        nn.Linear(3, 8),
        nn.BatchNorm1d(8) if dropout else nn.Tanh(),
        nn.Dropout(dropout),
        nn.Linear(8, 2),
    ).double()


def loss(net, x, y):
    return F.cross_entropy(net(x), y, reduction="sum")


def data(n=23):
    x = np.cos(np.arange(3.0 * n)).reshape(n, 3)
    return [x, (x[:, 0] > 0).astype(np.int64)]


def started(client, net=None, **settings):
    net = network() if net is None else net
    steps = optim.AdamW(net.parameters(), lr=0.05)
    return DataParallel(net, steps, loss, data(), client=client, **settings)


def states(job):
    answers = job._answers(job.homes, [("state",)] * len(job.homes))
    here = job.here.state()
    for state in answers:
        assert state.keys() == here.keys()
        for name, x in here.items():
            assert (state[name] == x).all()
    return len(answers)


@pytest.fixture(scope="module", autouse=True)
def patience():
    """Ten minutes, not a half, until who does not answer is given up."""
    waits = dict.fromkeys(["connect", "tcp"], "10 minutes")
    settings = {
        "distributed.comm.timeouts": waits,
        "distributed.scheduler.worker-ttl": None,
    }
    with pytest.MonkeyPatch.context() as patch, dask.config.set(settings):
        patch.setattr(parallel, "LONG", 600.0)
        yield


@pytest.fixture(scope="module")
def client():
    settings = {"processes": False, "dashboard_address": "127.0.0.1:0"}
    with distributed.Client(
        n_workers=3, threads_per_worker=1, **settings
    ) as found:
        yield found


def test_all_replicas_are_equal_to_the_last_bit(client):
    with started(client) as job:
        job.fit(5, progress=False)
        assert 3 == states(job)


def test_the_losses_are_those_of_one_process(client):
    net = network()
    steps = optim.AdamW(net.parameters(), lr=0.05)
    x, y = map(mt.tensor, data())
    expected = []
    for _ in range(10):
        steps.zero_grad()
        mean = F.cross_entropy(net(x), y)
        mean.backward()
        steps.step()
        expected.append(mean.item())
    with started(client) as job:
        found = job.fit(10, progress=False)
    assert np.allclose(expected, found, CLOSE, CLOSE)
    for p, q in zip(
        net.parameters(), job.here.model.parameters(), strict=True
    ):
        assert np.allclose(p.array, q.array, CLOSE, CLOSE)


def test_running_statistics_are_those_of_the_first_shard(client):
    whole, first = data(), [x[:12] for x in data()]
    for arrays, shards in ((whole, 1), (first, 1), (whole, 2)):
        net = network(0.5)
        steps = optim.SGD(net.parameters(), lr=0.0)
        with DataParallel(
            net, steps, loss, arrays, client=client, shards=shards
        ) as job:
            job.fit(2, progress=False)
            states(job)
        alone = network(0.5)
        for _ in range(2):
            alone(
                mt.tensor(arrays[0][: len(arrays[0]) // shards + shards - 1])
            )
        assert np.allclose(
            alone[1].running_mean.array, net[1].running_mean.array, CLOSE
        )


def test_a_gradient_leaves_no_trace_in_a_replica():
    net = network(0.5)
    replica = Replica((net, optim.SGD(net.parameters(), lr=0.1), loss), 0)
    replica.hold(0, data())
    before = replica.state()
    for again, expected in zip(
        replica.sums(0, 0), replica.sums(0, 0), strict=True
    ):
        assert str(again) == str(expected)
    for name, x in replica.state().items():
        assert (before[name] == x).all()


def test_numbers_depend_on_shards_and_seed_and_not_on_workers(client):
    def losses(**settings):
        net = network(0.5)
        with started(client, net, **settings) as job:
            return job.fit(4, progress=False)

    with (
        distributed.Client(
            n_workers=1, processes=False, dashboard_address="127.0.0.1:0"
        ) as alone,
        started(alone, network(0.5), shards=4) as job,
    ):
        expected = job.fit(4, progress=False)
        assert 1 == states(job)
    assert expected == losses(shards=4)
    assert expected != losses(shards=4, seed=1)


def test_the_program_s_own_random_numbers_go_on(client):
    with started(client, network(0.5)) as job:
        mt.manual_seed(9)
        job.step()
        found = mt.rand(3).tolist()
    mt.manual_seed(9)
    assert mt.rand(3).tolist() == found


def test_the_address_of_a_scheduler_is_enough(client):
    address = client.scheduler.address
    with started(address, shards=2) as job:
        found = job.fit(2, progress=False)
    with started(client, shards=2) as job:
        assert found == job.fit(2, progress=False)


def test_an_error_of_the_loss_is_the_user_s(client):
    def wrong(net, x, y):
        raise KeyError("a mistake")

    net = network()
    steps = optim.SGD(net.parameters(), lr=0.1)
    with DataParallel(net, steps, wrong, data(), client=client) as job:
        with pytest.raises(KeyError, match="a mistake"):
            job.step()
        assert 0 == job.steps


def test_data_that_cannot_be_cut_is_refused(client):
    net = network()
    steps = optim.SGD(net.parameters(), lr=0.1)
    for arrays in ([np.ones((2, 3)), np.ones(3)], [np.ones((1, 3))]):
        with pytest.raises(ShapeError, match="into 2 shards"):
            DataParallel(net, steps, loss, arrays, client=client, shards=2)


def test_a_bar_shows_how_far_it_is(client, capsys):
    with started(client) as job:
        job.fit(2)
    assert "2/2" in capsys.readouterr().err


# --- Workers that die ---


def deadly(net, x, y):
    """The loss; once, in the middle of a step, the process ends."""
    path = Path(os.environ["MICROGRAD_TEST_END"])
    if path.exists():
        try:
            path.unlink()
        except FileNotFoundError:
            return loss(net, x, y)  # another one was quicker
        os.kill(os.getpid(), signal.SIGKILL)
    return loss(net, x, y)


@pytest.mark.skipif(os.name == "nt", reason="there are no such signals")
def test_a_worker_that_dies_in_the_middle_of_a_step_loses_nothing(
    tmp_path, monkeypatch
):
    path = tmp_path / "end"
    monkeypatch.setenv("MICROGRAD_TEST_END", str(path))

    def job_of(client):
        net = network(0.5)
        steps = optim.AdamW(net.parameters(), lr=0.05)
        return DataParallel(
            net, steps, deadly, data(), client=client, shards=2, seed=3
        )

    with distributed.Client(
        n_workers=2,
        threads_per_worker=1,
        dashboard_address="127.0.0.1:0",
        silence_logs=100,
    ) as client:
        with job_of(client) as job:
            expected = job.fit(6, progress=False)
            assert 2 == states(job)
        with job_of(client) as job:
            found = job.fit(2, progress=False)
            path.touch()
            found += job.fit(2, progress=False)
            assert not path.exists()
            assert 1 == states(job)
            path.touch()  # now the last one: others come in its place
            found += job.fit(2, progress=False)
            assert states(job)
    assert expected == found
