"""The playground of the site, in a browser: steps, pictures, frames, memory.

It drives Chromium on the built site, as the tests in ``tests/browser`` do,
and needs what they need: Playwright, a browser, and ``docs/_build/html``.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.figures import Bar, Sample, Table
from benchmarks.peers import Plan
from benchmarks.programs.served import served
from benchmarks.systems import browser

SITE = Path(__file__).resolve().parents[2] / "docs" / "_build" / "html"
NOTE = """\
The page in Chromium, on the built site; the default net, MLP(2, [16, 16, 1])
on 100 moons in one batch, with tanh and Adam.  *Alone*: in the page's own
thread, without drawing.  *Playing*: {seconds} seconds at full speed with the
plane in sight; the frames are those that the browser offers, and a picture of
the plane counts if its numbers are new.  A changed setting is another width,
activation or optimiser while it plays, until the next step is shown.  Memory
is that of the page's process, with its workers, garbage collected."""
ARGUMENTS = [
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--no-first-run",
    "--no-sandbox",
]
WINDOW = {"width": 1400, "height": 900}
PATIENCE = 600_000  # milliseconds; what takes longer hangs

# Steps in the thread of the page; the modules are those of its worker.
ALONE = """async ([live, count]) => {
  const { Python } = await import(`${live}runtime.mjs`);
  const { Native } = await import(`${live}playground/native.mjs`);
  const python = new Python();
  const name = "page_programs.playground";
  await python.call(`${name}.begin`, {});
  const ask = (...asked) => python.call(`${name}.ask`, ...asked);
  const [network, native] = await ask(["network"], ["native"]);
  const run = new Native(network, native);
  const [more] = await ask(["coefficients", run.unknown, count + 2000]);
  run.extend(more);
  for (let k = 0; k < 500; k++) run.advance();
  const start = performance.now();
  for (let k = 0; k < count; k++) run.advance();
  const passed = performance.now() - start;
  python.stop();
  return passed / count;
}"""

# Counts the frames, and the pictures of the plane that are new.
COUNT = """() => {
  const counted = { frames: [], pictures: 0 };
  let last = performance.now();
  let shown = null;
  const draw = CanvasRenderingContext2D.prototype.drawImage;
  CanvasRenderingContext2D.prototype.drawImage = function (image, ...rest) {
    const plane = this.canvas?.classList?.contains("pg-canvas");
    if (plane && image.width < 200 && image !== shown) {
      counted.pictures += 1;
      shown = image;
    }
    return draw.call(this, image, ...rest);
  };
  const frame = (now) => {
    counted.frames.push(now - last);
    last = now;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  window.counted = counted;
}"""
STEP = """() => Number(document.querySelector("[data-show=step]")
  .textContent.replaceAll(",", ""))"""
FRESH = "() => { counted.frames = []; counted.pictures = 0; }"

# Change a field; milliseconds until a later step, or a new run, is shown.
CHANGE = """async ([name, value]) => {
  const field = document.querySelector(`[name=${name}]`);
  const step = () => Number(document.querySelector("[data-show=step]")
    .textContent.replaceAll(",", ""));
  let before = step();
  const start = performance.now();
  field.value = value;
  field.dispatchEvent(new Event("change", { bubbles: true }));
  const anew = name !== "optimizer";
  for (;;) {
    await new Promise(requestAnimationFrame);
    const now = step();
    if (anew && now < before) before = 0;
    if (now > before && (!anew || before === 0))
      return performance.now() - start;
  }
}"""
CHANGES = [
    ("hidden", "12, 12"),
    ("activation", "relu"),
    ("optimizer", "SGD"),
    ("hidden", "16, 16"),
    ("activation", "tanh"),
    ("optimizer", "Adam"),
]


def check_site() -> None:
    """Refuse to begin without the built site."""
    if not (SITE / "_static" / "live" / "packages.zip").exists():
        raise FileNotFoundError(
            f"the playground is measured on the built site, and {SITE} is "
            "not there or has no Python; run nox -s docs with npm at hand"
        )


@contextmanager
def tab() -> Iterator[Any]:
    """An empty tab of a browser that is closed afterwards."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as tools:
        opened = tools.chromium.launch(
            executable_path=browser(), args=ARGUMENTS
        )
        page = opened.new_page(viewport=WINDOW)
        page.set_default_timeout(PATIENCE)
        yield page
        opened.close()


# --- What is measured ---


def alone(page: Any, site: str, plan: Plan) -> list[float]:
    """Milliseconds for a step, without drawing."""
    page.goto(site)
    given = [f"{site}_static/live/", 200 if plan.tiny else 5000]
    return [page.evaluate(ALONE, given) for _ in range(plan.turns)]


def playing(page: Any, site: str, plan: Plan) -> dict[str, list[float]]:
    """Steps, pictures and frames a second, and the longest frame."""
    page.goto(f"{site}playground.html#until=1000000")
    page.wait_for_selector(".pg-play")
    page.evaluate(COUNT)
    page.click("[data-do=play]")
    page.wait_for_function(f"({STEP})() > 2000 && !!window.counted")
    found: dict[str, list[float]] = {
        name: [] for name in ("steps", "pictures", "frames", "longest")
    }
    seconds = 1 if plan.tiny else 5
    for _ in range(plan.turns):
        before = page.evaluate(STEP)
        page.evaluate(FRESH)
        page.wait_for_timeout(1000 * seconds)
        counted = page.evaluate("() => counted")
        passed = sum(counted["frames"]) / 1000
        found["steps"].append((page.evaluate(STEP) - before) / passed)
        found["pictures"].append(counted["pictures"] / passed)
        found["frames"].append(len(counted["frames"]) / passed)
        found["longest"].append(max(counted["frames"]))
    return found


def changing(page: Any, plan: Plan) -> list[float]:
    """Milliseconds from a changed setting until it trains again."""
    changes = CHANGES[:1] if plan.tiny else CHANGES
    return [page.evaluate(CHANGE, [*one]) for one in changes]


def lasting(page: Any, plan: Plan) -> dict[str, float]:
    """Memory after some steps and after many, and the longest frame."""
    early, late = (1_000, 2_000) if plan.tiny else (10_000, 110_000)
    page.fill("[name=until]", "1000000")
    page.evaluate(FRESH)
    page.wait_for_function(f"({STEP})() > {early}")
    before = megabytes(page)
    page.evaluate(FRESH)  # to collect garbage stops the page
    page.wait_for_function(f"({STEP})() > {late}")
    longest = page.evaluate("() => Math.max(...counted.frames)")
    return {"before": before, "after": megabytes(page), "longest": longest}


def megabytes(page: Any) -> float:
    """What the process of the page takes of memory."""
    session = page.context.browser.new_browser_cdp_session()
    page.context.new_cdp_session(page).send("HeapProfiler.collectGarbage")
    told = session.send("SystemInfo.getProcessInfo")["processInfo"]
    pages = [one["id"] for one in told if one["type"] == "renderer"]
    return sum(map(proportional, filter(has_workers, pages))) / 1e3


def has_workers(process: int) -> bool:
    """Not so the browser's own pages, and one that it keeps for the next."""
    threads = Path(f"/proc/{process}/task").glob("*/comm")
    return any("DedicatedWorker" in one.read_text("utf-8") for one in threads)


def proportional(process: int) -> float:
    """Kilobytes of one process; what several share is shared out."""
    text = Path(f"/proc/{process}/smaps_rollup").read_text("utf-8")
    (line,) = [one for one in text.splitlines() if one.startswith("Pss:")]
    return float(line.split()[1])


def measure(plan: Plan) -> Table:
    """Train in the page, and count what it does meanwhile.

    Raises
    ------
    FileNotFoundError
        If the site has not been built.
    """
    check_site()
    with served(SITE) as site, tab() as page:
        steps = alone(page, site, plan)
    with served(SITE) as site, tab() as page:  # of which nothing is left
        found = playing(page, site, plan)
        changes = changing(page, plan)
        memory = lasting(page, plan)
    samples = {
        "a step alone, ms": Sample(steps),
        "steps a second, playing": Sample(found["steps"]),
        "pictures of the plane a second": Sample(found["pictures"]),
        "frames a second": Sample(found["frames"]),
        "longest frame, ms": Sample(found["longest"]),
        "changed setting to training, ms": Sample(changes),
        "memory after 10,000 steps, MB": Sample([memory["before"]]),
        "memory after 110,000 steps, MB": Sample([memory["after"]]),
        "longest frame of 100,000 steps, ms": Sample([memory["longest"]]),
    }
    return Table(
        "The playground in Chromium",
        NOTE.format(seconds=1 if plan.tiny else 5),
        ["measure", "median", "least", "spread"],
        [[name, *sample.cells()] for name, sample in samples.items()],
        _bars(samples, memory),
        {name: list(sample.rounds) for name, sample in samples.items()},
    )


def _bars(samples: dict[str, Sample], memory: dict[str, float]) -> list[Bar]:
    middle = {name: sample.median for name, sample in samples.items()}
    slowest = max(samples["changed setting to training, ms"].rounds)
    growth = memory["after"] / memory["before"]
    return [
        Bar("a step alone, ms", middle["a step alone, ms"], at_most=0.3),
        Bar("steps a second, playing", middle["steps a second, playing"],
            at_least=1500),
        Bar("pictures a second", middle["pictures of the plane a second"],
            at_least=30),
        Bar("frames a second", middle["frames a second"], at_least=50),
        Bar("slowest change of a setting, ms", slowest, at_most=500),
        Bar("memory, times that of 100,000 steps before", growth,
            at_most=1.1),
        Bar("memory, MB", memory["after"], at_most=300),
        Bar("longest frame of 100,000 steps, ms", memory["longest"],
            at_most=100),
    ]  # fmt: skip
