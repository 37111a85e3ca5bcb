// The worker that trains the GPT.  It loads what it needs when it is asked to
// begin.

import { Loop, serve } from "../loop.mjs";
import { Run } from "./run.mjs";

const loop = new Loop(
  ({ step }) => `Training diverged after step ${step.toLocaleString("en")}.`,
);

async function load(name) {
  const asked = fetch(new URL(name, import.meta.url));
  const answer = await asked.catch(() => {
    throw new Error(`${name} did not come`);
  });
  if (!answer.ok) throw new Error(`${name} did not come (${answer.status})`);
  return name.endsWith(".json") ? answer.json() : answer.arrayBuffer();
}

serve({
  async begin() {
    if (typeof WebAssembly === "undefined") {
      throw new Error("this browser has no WebAssembly");
    }
    const contents = await Promise.all(Run.files.map(load));
    const files = Run.files.map((name, i) => [name, contents[i]]);
    loop.begin(new Run(Object.fromEntries(files)));
    return Run.files.map((name) => new URL(name, import.meta.url).href);
  },
  reset() {
    loop.run.reset();
    loop.begin(loop.run);
  },
  play: (wanted) => loop.play(wanted),
  pause: () => loop.pause(),
  advance: (count) => loop.advance(count),
  report: (...given) => loop.report(...given),
  numbers: () => loop.run.numbers(),
});
