// The worker that trains: it makes steps as long as it may, and tells of
// them when the page asks.  Python is in another one (runtime.mjs), and
// gives this one new modules when a setting has changed.

import { Native } from "./native.mjs";

const SLICE = 8; // milliseconds of training until the page is listened to
const CHECK = 0.5; // milliseconds between two looks at the clock, about
const FEW = 4_000; // steps with coefficients; then it asks for more
const JUDGED = 20; // of the steps up to 1,000, and of ten times as many
const OFTEN = 10; // steps; more often than so, to judge would take too long
const MOST = 20_000; // losses that nobody has asked for; then it waits

let run = null;
let playing = false;
let ended = false; // by itself, and nobody knows yet
let held = false; // while something is changed
let until = 0;
let pace = 0; // steps a second; 0: as many as there are
let due = 0; // when the next step is, at a pace
let losses = [];
let judged = []; // how good the network was after some steps
let error = "";

const { port1: ask, port2: hear } = new MessageChannel();
let asked = false;

/** Make some steps after what the page may have said meanwhile. */
function soon() {
  if (asked || held || !playing) return;
  asked = true;
  ask.postMessage(0);
}

hear.onmessage = () => {
  asked = false;
  if (held || !playing) return;
  const wait = train();
  if (wait > 0) setTimeout(soon, wait);
  else soon();
};

/** Train for a moment; how long to wait for the next, in milliseconds. */
function train() {
  const end = performance.now() + SLICE;
  let [now, many] = [performance.now(), 1];
  while (playing && now < end) {
    if (losses.length >= MOST || run.provided < 1) return SLICE;
    if (pace && now < due) return due - now;
    const start = now;
    for (let k = pace ? 1 : many; k > 0 && playing; k--) step();
    now = performance.now();
    if (pace) due = Math.max(due + 1000 / pace, now - SLICE);
    // As many steps as pass until the next look at the clock.
    if (now - start < CHECK) many = Math.min(2 * many, 64);
  }
  return 0;
}

function step() {
  if (run.provided < 1) return;
  try {
    const loss = run.advance();
    if (Number.isNaN(loss)) error = diverged();
    else {
      losses.push(loss);
      judge();
    }
  } catch (reason) {
    error = reason.message;
  }
  if (playing && (error || run.step >= until)) {
    playing = false;
    ended = true;
  }
}

/** Every so often tell how good the network is, on test points, too. */
function judge() {
  const { step } = run;
  const power = 10 ** Math.ceil(Math.log10(step));
  if (step % Math.max(power / JUDGED, OFTEN)) return;
  const { train, test } = run.table();
  judged.push({ step, train, test });
}

const diverged = () =>
  `Training diverged at step ${(run.step + 1).toLocaleString("en")}: the ` +
  "loss is no finite number. Choose a smaller learning rate, then Reset.";

/** The answers to questions that change nothing. */
function show(questions) {
  return questions.map(([name, ...given]) => {
    const start = performance.now();
    const answer = run[name](...given);
    return { ...answer, seconds: (performance.now() - start) / 1000 };
  });
}

/** What happened since the last time, and the answers to questions. */
function report(questions = [], wanted = { until, pace }) {
  acts.set(wanted);
  const answers = show(questions);
  const { step, epoch } = run;
  const told = { losses, judged, step, epoch, error, ended, answers };
  [losses, judged, error, ended] = [[], [], "", false];
  const unknown = run.provided < FEW ? run.unknown : null;
  return { ...told, unknown };
}

const acts = {
  begin(network, native) {
    playing = false;
    [losses, judged, error, ended] = [[], [], "", false];
    run = new Native(network, native);
  },
  /** Stop for a change, and give the numbers to Python. */
  hold() {
    held = true;
    return { numbers: run.numbers, key: run.key };
  },
  /** Go on after it, with what Python gave, if anything. */
  renew(native) {
    if (native) run.renew(native);
    held = false;
    soon();
  },
  extend(coefficients) {
    run.extend(coefficients);
  },
  play(wanted) {
    acts.set(wanted);
    due = performance.now();
    [playing, ended] = [true, false];
    soon();
  },
  set(wanted) {
    if (wanted.pace !== pace) due = performance.now();
    ({ until, pace } = wanted);
  },
  pause() {
    playing = false;
  },
  /** Make up to so many steps within a moment. */
  advance(count) {
    const end = performance.now() + SLICE;
    do step();
    while (!error && --count > 0 && performance.now() < end);
    return report();
  },
  /** Take a step back; nothing if none is kept. */
  back() {
    if (!run.back()) return null;
    [losses, judged] = [[], []]; // of steps that were made after it
    return { ...report(), loss: run.loss };
  },
  numbers() {
    return run.numbers;
  },
  report,
  show,
};

addEventListener("message", ({ data: { id, name, args } }) => {
  try {
    postMessage({ id, value: acts[name](...args) });
  } catch (reason) {
    postMessage({ id, error: reason.message });
  }
});
