"""What all tests share: tolerances with their reasons, readers, Hypothesis.

A test says which kind of agreement it expects by the name of a tolerance.
Where two readings must be the same to the last bit, no tolerance is used.

Leaves out: whatever needs more than the standard library, pytest and
Hypothesis, so that every test module can import it.
"""

import importlib.util
import math
import os
import sys
import zlib

import pytest
from hypothesis import HealthCheck, settings

# Before NumPy and PyTorch are imported: threads of small matrix products
# that wait for a busy core take ten times as long.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

EPSILON = sys.float_info.epsilon  # 2.2e-16, one unit in the last place of 1

# --- Tolerances ---

# Two readings of one formula by libraries that may round their sin and exp
# differently: two units in the last place of each of a few operations.
ROUNDING = 8 * EPSILON

# The same mathematics by other formulas (PyTorch's, or another mode or
# order of the chain rule): a few hundred roundings, some of them amplified.
SAME_MATHEMATICS = 1e-12

# The same for random expressions, whose intermediate results amplify each
# other's rounding, and for numbers that an issue promises to nine digits.
NINE_DIGITS = 1e-9

# Central differences with the step eps**(1/3): the error of the formula
# and that of cancellation are both about eps**(2/3) = 4e-11, times a third
# derivative that reaches some thousands on the sampled domains.
DIFFERENCES = 1e-6

STEP = EPSILON ** (1 / 3)

# --- What carries compiled programs out ---

READERS = ["python"]
if importlib.util.find_spec("llvmlite"):
    READERS.append("native")


@pytest.fixture(params=READERS)
def reader(request):
    return request.param


# --- Random numbers ---


@pytest.fixture(autouse=True)
def own_draws(request):
    """Let no test's `rng` depend on which tests ran before it."""
    for module in (request.module, sys.modules.get("oracle_tensors")):
        if hasattr(module, "rng"):
            seed = zlib.crc32(request.node.name.encode())
            drawn = sys.modules["numpy"].random.default_rng(seed)
            module.rng.bit_generator.state = drawn.bit_generator.state


# --- PyTorch's types ---


@pytest.fixture
def single_precision():
    """PyTorch as a reader has it; the oracle of scalars asks for doubles."""
    torch = sys.modules["torch"]  # imported by whoever wants this
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float32)
    yield
    torch.set_default_dtype(before)


# --- Agreement ---


def close(expected, computed, tolerance=SAME_MATHEMATICS, scale=0.0):
    """Whether two numbers agree; nan with nan, an infinity with itself.

    `scale` is the size of what was added up on the way: an error relative
    to that is no fault, even where the sum is near zero.
    """
    if math.isnan(expected) or math.isnan(computed):
        return math.isnan(expected) and math.isnan(computed)
    if math.isinf(expected) or math.isinf(computed):
        return expected == computed
    # Below the smallest normal number there are fewer and fewer digits.
    scale = max(scale, sys.float_info.min)
    largest = max(abs(expected), abs(computed), scale)
    return abs(expected - computed) <= tolerance * largest


def all_close(expected, computed, tolerance=SAME_MATHEMATICS):
    """Whether two lists have the same length and agree number by number."""
    pairs = zip(expected, computed, strict=True)
    return all(close(x, y, tolerance) for x, y in pairs)


def same_bits(expected, computed):
    """Whether two floats are the same, the sign of zero included."""
    if math.isnan(expected):
        return math.isnan(computed)
    same_sign = math.copysign(1, expected) == math.copysign(1, computed)
    return type(computed) is float and expected == computed and same_sign


def central_difference(f, x):
    """The derivative of `f` by a number, from two values beside it."""
    h = STEP * max(1.0, abs(x))
    low, high = x - h, x + h
    return (f(high) - f(low)) / (high - low)


# --- Random programs ---

# The session `minimums` tries one in ten of them: they have all been tried
# with newer packages, and an older one does not fail for one in a thousand.
ONE_IN = int(os.environ.get("MICROGRAD_TRY_ONE_IN", "1"))


def tries(count):
    """How many of so many random programs a test tries."""
    return max(1, count // ONE_IN)


# --- Hypothesis ---

# Every run tries the same examples, so that a failure is a failure for
# everybody, and nothing is written to disk.  No deadline: the machines that
# run this are shared, and a slow example is not a wrong one.
settings.register_profile(
    "fixed",
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=tries(100),
    suppress_health_check=[HealthCheck.too_slow],
)
# For the hosted checks: as above, and a failure prints what repeats it.
settings.register_profile("ci", settings.get_profile("fixed"), print_blob=True)
# For an evening: other examples in every run.
settings.register_profile(
    "search", settings.get_profile("fixed"), derandomize=False
)
settings.load_profile("fixed")


# --- What is skipped ---

# Where CI is set, whatever the tests need is installed, and a test that is
# skipped for any other reason than these is a failure.
MAY_BE_SKIPPED = [
    "resident memory of machine code is read from /proc",  # Linux
    "the stand-ins are shell scripts",  # no Windows
    "there are no such files",  # no Windows
    "there are no such signals",  # no Windows
    "MICROGRAD_DATA names no folder of data",  # the lectures' own
    "MICROGRAD_DATA has no taylorswift.txt, minbpe's text",
    "there is no C compiler",  # Windows has none of that name
    "needs a package that pages lack",
]
SKIPPED = set()


def pytest_runtest_logreport(report):
    if report.skipped and not hasattr(report, "wasxfail"):
        _, _, reason = report.longrepr
        SKIPPED.add(reason.removeprefix("Skipped: "))


pytest_collectreport = pytest_runtest_logreport


def needlessly_skipped():
    if not os.environ.get("CI"):
        return []
    return sorted(SKIPPED.difference(MAY_BE_SKIPPED))


def pytest_sessionfinish(session):
    if needlessly_skipped() and not session.exitstatus:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter):
    for reason in needlessly_skipped():
        terminalreporter.write_line(
            f"FAILED: skipped where nothing may be left out: {reason}"
        )
