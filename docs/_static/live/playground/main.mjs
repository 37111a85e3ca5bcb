// The playground: a network in training, with every number in sight.
//
// The page brings the numbers of one moment, computed when it was built, so
// that there is something to see at once.  Start loads Python; from then on
// all numbers come from the package, in a worker of this page.

import { Address } from "./address.mjs";
import { beforeOf } from "./before.mjs";
import { Curves } from "./curves.mjs";
import { Data } from "./data.mjs";
import { Form, NOISE } from "./form.mjs";
import { Graph } from "./graph.mjs";
import { Grid } from "./grid.mjs";
import { Hand } from "./hand.mjs";
import { layout } from "./layout.mjs";
import { Network } from "./network.mjs";
import { colours, onTheme, percent, short, watch } from "../page.mjs";
import { panelsOf } from "./panels.mjs";
import { Plane } from "./plane.mjs";
import { onTry, showQuestion } from "./questions.mjs";
import { Readout } from "./readout.mjs";
import { GOING_ON, read, typed } from "./settings.mjs";
import { Starting } from "./starting.mjs";
import { Histograms, MARKS, ParameterTable, PointTable } from "./tables.mjs";
import { fillTools } from "./toolbar.mjs";
import { Trainer } from "./trainer.mjs";
import { viewedOf } from "./viewed.mjs";

const root = document.getElementById("pg-root");
root.innerHTML = layout;
root.classList.add("pg");
const find = (selector) => root.querySelector(selector);

// Buttons that never need Python.
const WITHOUT_PYTHON = new Set(["link", "embed", "smaller", "larger", "fit"]);
const PAUSE = 100; // milliseconds between two readings while it trains

const state = {
  settings: null,
  view: null,
  epoch: 0,
  newest: undefined, // the loss of the last step
  table: null, // how good the network is
  looked: null, // the neuron that is shown on the plane
  made: null, // what Python said of the network
};
const data = new Data();

function adopt(fragment) {
  const { settings, view, edits } = read(fragment);
  Object.assign(state, { settings, view });
  data.edits = edits;
}
adopt(location.hash);

// --- The parts ---

const address = new Address(
  () => [state.settings, state.view, data.edits],
  find(".pg-if-embed a"),
);
const say = (text) => (find(".pg-status").textContent = text);
const number = (step) => step.toLocaleString("en");

const form = new Form(root, (name, given) => changeSetting(name, given));
const named = (name) => form.named(name);
const readout = new Readout(root);
const curves = new Curves(find(".pg-curves canvas"));
const pointTable = new PointTable(find(".pg-points tbody"));
const parameterTable = new ParameterTable(find(".pg-parameters tbody"));
const histograms = new Histograms(find(".pg-layers-shown"));
const graph = new Graph(find(".pg-graph-frame"), find(".pg-detail"));
const network = new Network(find(".pg-network"), look);
const plane = new Plane(find(".pg-canvas"));
const hand = new Hand(find(".pg-canvas"), plane, {
  onhover,
  onprobe: (probe) => setProbe(probe),
  onadd: (point) => {
    if (!data.add(point)) return say("There is room for 400 points.");
    const count = data.points.length;
    return edited(`Added a point of class ${point[2]}; now ${count}.`);
  },
  onmove: (i, place) => {
    data.move(i, place);
    edited();
  },
  onremove: (i) => {
    data.remove(i);
    edited(`Removed a point; now ${data.points.length}.`);
  },
});

const starting = new Starting(root, say);

const trainer = new Trainer(starting, {
  onadvance: ({ losses, judged = [], step, epoch, error }) => {
    state.epoch = epoch;
    if (trainer.playing && step === losses.length) say("Training.");
    curves.losses(step, losses);
    for (const one of judged) curves.judged(one.step, one);
    state.newest = losses.at(-1) ?? state.newest;
    // To lay out the page anew takes longer than to draw the plane.
    const calm = performance.now() > readout.shown + PAUSE;
    if (!trainer.playing || calm) showProgress();
    if (error) say(error);
    else if (!trainer.playing) showState(); // the last steps after a pause
  },
  onstate: showState,
});

const panels = panelsOf({
  plane,
  network,
  curves,
  grid: new Grid(trainer),
  form,
  state,
  trainer,
  graph,
  pointTable,
  parameterTable,
  histograms,
  onshown: () => lastHover && onhover(lastHover),
  onjudged: showJudged,
});

// --- Showing ---

function showProgress() {
  readout.progress(state, trainer);
}

function showJudged() {
  const { points, test } = data;
  readout.judged({ ...state, points, test });
  runs?.compare.now(run());
}

/** What is told of the run of now, beside run A. */
function run() {
  const { settings, newest, table } = state;
  return { settings: { ...settings }, step: trainer.step, loss: newest, table };
}

function showState(reason) {
  const { playing } = trainer;
  const button = find("[data-do=play]");
  button.textContent = playing ? "Pause" : "Play";
  button.classList.toggle("pg-playing", playing);
  showProgress();
  if (reason) say(reason);
  else if (!playing && starting.started) {
    say(`Paused after step ${number(trainer.step)}.`);
  } else if (playing) {
    const waits = !trainer.step && !trainer.native;
    say(waits ? "Compiling a step, which takes a second." : "Training.");
  }
}

let lastHover = null;
function onhover(position, aloud = false) {
  lastHover = position;
  const line = find(".pg-hover");
  line.setAttribute("aria-live", aloud ? "polite" : "off");
  const said = position && plane.said(position);
  if (!position) line.textContent = "\u00a0";
  else {
    const [x, y] = position.map((one) => short(one, 2));
    const guess = said
      ? `: class ${said.class} ${MARKS[said.class]}, ${percent(said.chance)} sure`
      : "";
    line.textContent = `x = ${x}, y = ${y}${guess}`;
  }
}

/** Show what a neuron has learned on the plane, or the classes again. */
function look(neuron) {
  state.looked = neuron && { column: neuron.column, row: neuron.row };
  plane.look(neuron?.picture ?? null); // coarse, until a finer one is there
  ask("neuron");
}

/** Give a parameter the number that a reader has typed. */
async function assign(which, number) {
  await attempt(trainer.ask("", "assign", which, number));
  trainer.refresh();
}

function describe(made, inputs = state.settings.inputs) {
  state.made = made;
  const { view } = state;
  plane.set(made);
  network.set({ ...made, inputs });
  fillTools(find(".pg-tools"), hand, made.classes);
  view.lines = Math.min(view.lines, made.layers.length - 1);
  form.describe(made, view.lines);
  showProbe();
}

function take(made) {
  data.take(made);
  const { points, test } = data;
  Object.assign(plane, { points, test, predicted: [] });
  pointTable.set(points, test);
  root.classList.toggle("pg-has-test", test.size > 0);
}

const fillForm = () => form.fill(state.settings, state.view);

// --- Changing ---

/** The points have changed: tell Python, and write it down. */
async function edited(words) {
  const edits = data.changes;
  const { points, test } = data;
  Object.assign(plane, { points, test, predicted: [] });
  address.soon();
  if (words) say(words);
  if (!starting.started) return;
  await attempt(trainer.ask("edit", "edit", edits));
  pointTable.set(points, test);
  ask("table", "histograms");
}

async function begin() {
  trainer.playing = false;
  curves.clear();
  Object.assign(state, { epoch: 0, newest: undefined, table: null });
  const given = { ...state.settings, edits: data.edits };
  const made = await attempt(trainer.begin(given));
  if (!made) return false;
  root.classList.remove("pg-other");
  describe(made);
  take(made);
  showState();
  showJudged();
  say(`A new network of ${made.parameters} parameters.`);
  trainer.refresh();
  return true;
}

/** The answer, or nothing if Python refused, and why. */
async function attempt(promise) {
  try {
    return await promise;
  } catch (error) {
    if (error.name !== "Stopped") say(error.message);
    return undefined;
  }
}

async function changeSetting(name, given) {
  const { settings, view } = state;
  const { value, note } = typed(name, given, settings[name]);
  const same = String(value) === String(settings[name]);
  if (same && note) {
    fillForm();
    return say(note);
  }
  settings[name] = value;
  if (name === "data") {
    settings.noise = NOISE[given] ?? settings.noise;
    data.clear();
    view.probe = null;
  }
  fillForm();
  address.soon();
  if (!starting.started) {
    before.other();
    return say(note || "This holds as soon as Python is started.");
  }
  if (!GOING_ON.has(name)) {
    const { playing } = trainer;
    await begin();
    if (playing) trainer.play();
  } else {
    await attempt(trainer.ask("", "change", name, settings[name]));
    trainer.refresh();
  }
  return note && say(note);
}

function setProbe(probe) {
  state.view.probe = probe;
  showProbe();
  address.soon();
  const said = plane.said(probe);
  if (said) {
    const where = probe.slice(0, 2).map((one) => short(one, 2));
    const sure = percent(said.chance);
    say(`Probe at ${where.join(", ")}: class ${said.class}, ${sure} sure.`);
  }
  ask("probe");
}

/** The probe of the address, or one in the middle. */
function showProbe() {
  const [x, y, c] = state.view.probe ?? [...plane.middle, 1];
  plane.probe = [x, y, Math.min(c, plane.classes - 1)];
  [named("x").value, named("y").value, named("class").value] = plane.probe;
  plane.draw();
}

/** Let panels ask as soon as may be. */
function ask(...names) {
  if (starting.started) trainer.refresh(...names.map((name) => panels[name]));
}

// --- Buttons and fields ---

/** What the parts that are told below have in common. */
const page = {
  root,
  state,
  data,
  form,
  plane,
  network,
  curves,
  graph,
  trainer,
  address,
  say,
  ask,
  attempt,
  describe,
  take,
  assign,
  begin,
  set,
  harden,
  showProgress,
  showState,
  told: run,
  runs: withRuns,
};

let runs = null; // run A, with which others are compared; until it is asked for

async function withRuns() {
  if (runs) return runs;
  const { Runs } = await import("./runs.mjs");
  runs ??= new Runs(page, colours(root));
  return runs;
}

let acts = null; // by the names of buttons

async function act(name) {
  const { actsOf } = await import("./acts.mjs");
  acts ??= actsOf(page);
  return acts[name]();
}

const before = beforeOf(page, panels);

let again = null; // begins a run where Python has ended

root.addEventListener("click", async ({ target }) => {
  const name = target.closest("[data-do]")?.dataset.do;
  if (!name) return;
  if (WITHOUT_PYTHON.has(name)) act(name);
  else if (!starting.started) start(name);
  else if (!starting.ended || (await again())) act(name);
});

for (const [name, change] of Object.entries(viewedOf(page))) {
  named(name).addEventListener("change", ({ target }) => change(target));
}
for (const name of ["x", "y", "class"]) {
  named(name).addEventListener("change", () => {
    const probe = ["x", "y", "class"].map((one) => Number(named(one).value));
    if (probe.every(Number.isFinite)) setProbe(probe);
  });
}
pointTable.onchoose = (point) => setProbe([...point]);
graph.onlight = (layer, neuron) => {
  const lit = layer !== undefined && layer + 1 === state.view.lines;
  plane.highlit = lit ? neuron : -1;
  plane.draw();
};

function harden() {
  const { discrete } = state.view;
  for (const one of [plane, network, runs?.compare]) one?.harden(discrete);
}

// --- Beginning ---

async function start(wanted = "play") {
  if (!(await starting.start())) return;
  const { onStarted } = await import("./started.mjs");
  again = onStarted(page, starting);
  applyView();
  if (state.view.a) await (await withRuns()).recall(state.view.a);
  await begin();
  starting.wait(false);
  if (wanted !== "reset") await act(wanted);
}

/** Let all parts know how things are to be shown. */
function applyView() {
  plane.levels = state.view.levels;
  harden();
  trainer.until = state.view.until;
  trainer.speed = state.view.speed;
}

/** Take all settings from the text behind a #. */
async function set(fragment) {
  address.cancel();
  const { a } = state.view;
  adopt(fragment);
  applyView();
  fillForm();
  showQuestion(find(".pg-question"), fragment);
  if (!starting.started) return before.other();
  if (!state.view.a) runs?.forget();
  else if (state.view.a !== a) await (await withRuns()).recall(state.view.a);
  return begin();
}

find(".pg-start-button").addEventListener("click", () => start());
// What is written down late may replace an address that has just come: the
// event still names the one that came.
addEventListener("hashchange", async ({ newURL }) => {
  const { hash } = new URL(newURL);
  await set(hash);
  if (location.hash !== hash) address.soon();
});
onTry(async (fragment) => {
  root.scrollIntoView();
  find("[data-do=play]").focus({ preventScroll: true });
  await set(fragment);
  address.soon();
});

for (const panel of Object.values(panels)) trainer.add(panel);
const seen = () => starting.started && trainer.work();
watch(find(".pg-canvas"), panels.boundary, seen);
watch(find(".pg-network canvas"), panels.pictures, seen);
watch(find(".pg-graph-frame"), panels.probe, seen);
watch(find(".pg-parameters"), panels.memory, seen);
watch(find(".pg-histograms"), panels.histograms, seen);
starting.tell(before.size);
before.built();
applyView();
fillForm();
address.lead();
showQuestion(find(".pg-question"), location.hash);
if (location.hash.length > 1) before.other();
onTheme(() => {
  const now = colours(root);
  const all = [plane, curves, network, runs?.compare];
  for (const one of all) one?.recolour(now);
});
