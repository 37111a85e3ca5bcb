// What there is once Python has come: weights can be typed, points set, and a
// run begins anew when Python has ended, with the page that was left or by a
// fault.  It is loaded with Python.

import { offerParameters } from "./parameter.mjs";
import { outlined } from "./settings.mjs";

/** A function that begins anew, and tells whether a run is there. */
export function onStarted(page, starting) {
  const { root, network } = page;
  offerParameters(root.querySelector(".pg-network"), network, page.assign);
  const canvas = root.querySelector(".pg-canvas");
  canvas.tabIndex = 0;
  if (document.activeElement === document.body) {
    canvas.focus({ preventScroll: true });
  }

  async function again() {
    root.classList.add("pg-other");
    network.set(outlined(page.state.settings));
    starting.wait(true);
    const begun = page.begin();
    page.showState();
    const made = await begun;
    starting.wait(false);
    return made;
  }

  addEventListener("pageshow", async ({ persisted }) => {
    if (!persisted || !starting.ended || !(await again())) return;
    page.say("Back again: Python, and this run, begin anew.");
  });
  return again;
}
