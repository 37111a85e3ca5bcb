// The worker that trains.  Python is in another one (runtime.mjs), and gives
// this one new modules when a setting has changed.

import { Loop, serve } from "../loop.mjs";
import { Native } from "./native.mjs";

const FEW = 4_000; // steps with coefficients; then it asks for more

const loop = new Loop(
  ({ step }) =>
    `Training diverged at step ${(step + 1).toLocaleString("en")}: the ` +
    "loss is no finite number. Choose a smaller learning rate, then Reset.",
);

/** A report, and from which step on there will be no coefficients. */
function complete(report) {
  const { run } = loop;
  return { ...report, unknown: run.provided < FEW ? run.unknown : null };
}

serve({
  begin: (network, native) => loop.begin(new Native(network, native)),
  /** Stop for a change, and give the numbers to Python. */
  hold() {
    loop.hold();
    return { numbers: loop.run.numbers, key: loop.run.key };
  },
  /** Go on after it, with what Python gave, if anything. */
  renew(native) {
    if (native) loop.run.renew(native);
    loop.release();
  },
  extend: (coefficients) => loop.run.extend(coefficients),
  play: (wanted) => loop.play(wanted),
  pause: () => loop.pause(),
  advance: (count) => complete(loop.advance(count)),
  /** Take a step back; nothing if none is kept. */
  back() {
    if (!loop.run.back()) return null;
    loop.losses = []; // of steps that were made after it
    return { ...complete(loop.report()), loss: loop.run.loss };
  },
  numbers: () => loop.run.numbers,
  report: (...given) => complete(loop.report(...given)),
});
