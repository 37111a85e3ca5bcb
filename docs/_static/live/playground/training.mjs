// The worker that trains.  Python is in another one (runtime.mjs), and gives
// this one new modules when a setting has changed.

import { Loop, serve } from "../loop.mjs";
import { Native } from "./native.mjs";

const FEW = 4_000; // steps with coefficients; then it asks for more
const JUDGED = 20; // of the steps up to 1,000, and of ten times as many
const OFTEN = 10; // steps; more often than so, to judge would take too long

let judged = []; // how good the network was after some steps

const loop = new Loop(
  ({ step }) =>
    `Training diverged at step ${(step + 1).toLocaleString("en")}: the ` +
    "loss is no finite number. Choose a smaller learning rate, then Reset.",
  judge,
);

/** Every so often tell how good the network is, on test points, too. */
function judge(run) {
  const { step } = run;
  const power = 10 ** Math.ceil(Math.log10(step));
  if (step % Math.max(power / JUDGED, OFTEN)) return;
  const { train, test } = run.table();
  judged.push({ step, train, test });
}

/** A report, the epoch, and from which step on coefficients lack. */
function complete(report) {
  const { run } = loop;
  const unknown = run.provided < FEW ? run.unknown : null;
  const told = { ...report, epoch: run.epoch, judged, unknown };
  judged = [];
  return told;
}

serve({
  begin(network, native) {
    judged = [];
    loop.begin(new Native(network, native));
  },
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
    [loop.losses, judged] = [[], []]; // of steps that were made after it
    return { ...complete(loop.report()), loss: loop.run.loss };
  },
  numbers: () => loop.run.numbers,
  report: (...given) => complete(loop.report(...given)),
  show: (questions) => loop.show(questions),
});
