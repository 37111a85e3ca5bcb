"""The training step of the page of the GPT, in Chromium.

The page's own worker trains, from the files that the site has; the names are
those that PyTorch is given, filled up as all names of the page are.
"""

from __future__ import annotations

import json
import random
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from programs import microgpt
from programs.served import served

DOCS = Path(__file__).resolve().parents[2] / "docs"
LIVE = DOCS / "_static" / "live"
LONGEST = 9  # as on the page
STEPS = 1_000  # until the learning rate is 0, as for PyTorch
ROWS = 20_000  # steps that a page can make
BEGIN = """async () => {
  const { Helper } = await import("/helper.mjs");
  window.helper = new Helper("/gpt/training.mjs");
  await helper.ask("begin");
  window.train = async (count) => {
    const total = { losses: [], spent: 0, made: 0, ended: false };
    const { step } = await helper.ask("report");
    await helper.ask("play", { until: step + count, pace: 0 });
    while (!total.ended) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      const found = await helper.ask("report");
      if (found.error) throw new Error(found.error);
      total.losses.push(...found.losses);
      total.spent += found.spent;
      total.made += found.made;
      total.ended = found.ended;
    }
    return total;
  };
}"""


def write(folder: Path) -> None:
    """What the page loads, for the names of the measurement."""
    sys.path.append(str(DOCS / "_live"))
    from page_programs.gpt import Model, trained_by
    from page_programs.gpt_modules import files

    model = Model(random.Random(0))
    shutil.copytree(LIVE, folder)
    made = files(model, trained_by(model, STEPS), LONGEST, ROWS)
    names = {"names": microgpt.NAMES, "unseen": []}
    made["names.json"] = json.dumps(names).encode()
    for name, contents in made.items():
        (folder / "gpt" / name).write_bytes(contents)
    (folder / "index.html").write_text("<title>microgpt</title>", "utf-8")


def measure(steps: int, check: int, chromium: str) -> Iterator[dict[str, Any]]:
    """Train in a page; a round is some steps of it.

    Parameters
    ----------
    steps, check : int
        As in :func:`programs.stepping.rounds`.
    chromium : str
        Where the browser is.
    """
    from playwright.sync_api import sync_playwright

    with TemporaryDirectory() as name, sync_playwright() as tools:
        folder = Path(name) / "site"
        write(folder)
        with served(folder) as address:
            browser = tools.chromium.launch(
                executable_path=chromium,
                args=["--no-sandbox", "--disable-gpu"],
            )
            page = browser.new_page()
            page.goto(address)
            page.evaluate(BEGIN)
            loss = page.evaluate("train", check)["losses"][-1]
            page.evaluate("train", steps)  # until the engine has optimised it
            facts = {"loss": loss, "browser": browser.version}
            while True:
                found = page.evaluate("train", steps)
                seconds = found["spent"] / found["made"] / 1000
                yield {"seconds": seconds, **facts}
