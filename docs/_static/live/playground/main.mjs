// The playground: a network in training, with every number in sight.
//
// The page brings the numbers of one moment, computed when it was built, so
// that there is something to see at once.  Start loads Python; from then on
// all numbers come from the package, in a worker of this page.

import { Python } from "../runtime.mjs";
import { Curves } from "./curves.mjs";
import { Graph } from "./graph.mjs";
import { Grid } from "./grid.mjs";
import { layout } from "./layout.mjs";
import { clock, colours, copy, fillSelect, make, onTheme } from "../page.mjs";
import { percent, short, watch } from "../page.mjs";
import { Plane } from "./plane.mjs";
import { GOING_ON, VIEW, read, typed, write } from "./settings.mjs";
import { Histograms, MARKS, ParameterTable, PointTable } from "./tables.mjs";
import { Trainer } from "./trainer.mjs";

const root = document.getElementById("pg-root");
root.innerHTML = layout;
root.classList.add("pg");
const find = (selector) => root.querySelector(selector);
const named = (name) => find(`[name="${name}"]`);

// What noise suits a set, unless the reader says otherwise.
const NOISE = { moons: 0.15, circles: 0.1, xor: 0.15, spirals: 0.03 };
const PAUSE = 100; // milliseconds between two readings while it trains
const MOST = 400; // points, as in page_programs.playground

let { settings, view, edits } = read(location.hash);
let points = [];
let origins = [];
let epoch = 0;
let newest; // the loss of the last step
let shown = 0; // when it was shown last
let started = false;
let writing; // a timer

// --- The parts ---

const say = (text) => (find(".pg-status").textContent = text);
const show = (name, text) => (find(`[data-show=${name}]`).textContent = text);

const curves = new Curves(find(".pg-curves canvas"));
const pointTable = new PointTable(find(".pg-points tbody"));
const parameterTable = new ParameterTable(find(".pg-parameters tbody"));
const histograms = new Histograms(find(".pg-layers-shown"));
const graph = new Graph(find(".pg-graph-frame"), find(".pg-detail"));
const plane = new Plane(find(".pg-canvas"), {
  onhover,
  onprobe: (probe) => setProbe(probe),
  onadd: (point) => {
    if (points.length >= MOST) return say(`There is room for ${MOST} points.`);
    points.push(point);
    origins.push(-1);
    return edited(`Added a point of class ${point[2]}; now ${points.length}.`);
  },
  onmove: (i, [x, y]) => {
    points[i] = [x, y, points[i][2]];
    if (origins[i] >= 0) remember(origins[i], x, y);
    edited();
  },
  onremove: (i) => {
    if (origins[i] >= 0) edits.removed.push(origins[i]);
    points.splice(i, 1);
    origins.splice(i, 1);
    edited(`Removed a point; now ${points.length}.`);
  },
});

const python = new Python({
  onprogress: (fraction, text) => {
    if (started) return say(fraction < 1 ? `${text} …` : "");
    find(".pg-start progress").value = fraction;
    find(".pg-start-text").textContent = `${text} …`;
  },
});

const trainer = new Trainer(python, {
  onadvance: ({ losses, step, epoch: passed, error }) => {
    epoch = passed;
    if (trainer.playing && step === losses.length) say("Training.");
    curves.losses(step, losses);
    newest = losses.at(-1) ?? newest;
    // To lay out the page anew takes longer than to draw the plane.
    const calm = performance.now() > shown + PAUSE;
    if (!trainer.playing || calm) showProgress();
    if (error) say(error);
    else if (!trainer.playing) showState(); // the last steps after a pause
  },
  onstate: showState,
});

const grid = new Grid(trainer);

// --- What each panel asks for ---

const panels = {
  boundary: {
    cheap: true,
    question: (playing) => ["boundary", grid.size(playing)],
    answer: (answer) => {
      grid.adapt(answer);
      plane.show(answer);
      if (lastHover) onhover(lastHover);
    },
  },
  table: {
    cheap: true,
    pause: 250, // it has a hundred rows
    visible: true,
    question: () => ["table"],
    answer: (answer) => {
      plane.predicted = answer.predicted;
      pointTable.show(answer);
      curves.right(trainer.step, answer.accuracy);
      show("right", percent(answer.accuracy));
      plane.draw();
    },
  },
  lines: {
    cheap: true,
    get visible() {
      return panels.boundary.visible && view.lines > 0;
    },
    question: () => ["sums", view.lines - 1, grid.lines],
    answer: (answer) => {
      if (!view.lines) return;
      plane.sums = answer.sums.map((one) =>
        Object.assign(Float64Array.from(one), { size: answer.size }),
      );
      plane.draw();
    },
  },
  probe: {
    question: () => ["probe", ...plane.probe],
    answer: (answer) => graph.show(answer),
  },
  memory: {
    question: () => ["memory", Number(named("layer").value)],
    answer: (answer) => parameterTable.show(answer),
  },
  histograms: {
    question: () => ["histograms"],
    answer: (answer) => histograms.show(answer),
  },
};

// --- Showing ---

function showProgress() {
  shown = performance.now();
  show("step", trainer.step.toLocaleString("en"));
  show("epoch", epoch.toLocaleString("en"));
  show("loss", short(newest));
  const left = Math.max(view.until - trainer.step, 0);
  const seconds = trainer.rate ? left / trainer.rate : NaN;
  show("left", trainer.playing || left === 0 ? clock(left && seconds) : "–");
}

function showState(reason) {
  const { playing } = trainer;
  const button = find("[data-do=play]");
  button.textContent = playing ? "Pause" : "Play";
  button.classList.toggle("pg-playing", playing);
  showProgress();
  if (reason) say(reason);
  else if (!playing && started) {
    say(`Paused after step ${trainer.step.toLocaleString("en")}.`);
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

function describe(made) {
  plane.set(made);
  fillTools(made.classes);
  const layers = made.layers.map((count, i) => [
    i,
    i === made.layers.length - 1
      ? `layer ${i + 1}, the scores (${count})`
      : `layer ${i + 1} (${count})`,
  ]);
  fillSelect(named("layer"), layers, 0);
  const hidden = made.layers.slice(0, -1);
  view.lines = Math.min(view.lines, hidden.length);
  const lines = hidden.map((_, i) => [i + 1, `layer ${i + 1}`]);
  fillSelect(named("lines"), [[0, "no layer"], ...lines], view.lines);
  const classes = MARKS.slice(0, made.classes);
  fillSelect(
    named("class"),
    classes.map((one, k) => [k, `${k} ${one}`]),
    1,
  );
  showProbe();
}

function take(made) {
  points = made.points.map((one) => [...one]);
  origins = [...made.origins];
  plane.points = points;
  plane.predicted = [];
  pointTable.set(points);
}

function fillTools(classes) {
  const tools = [["probe", "Probe"]];
  for (let k = 0; k < classes; k++) tools.push([`add${k}`, `Add ${MARKS[k]}`]);
  tools.push(["move", "Move"], ["remove", "Remove"]);
  if (!tools.some(([tool]) => tool === plane.tool)) plane.tool = "probe";
  find(".pg-tools").replaceChildren(
    ...tools.map(([tool, text]) => {
      const input = make("input", {
        type: "radio",
        name: "tool",
        value: tool,
        onchange: () => choose(tool),
      });
      input.checked = tool === plane.tool;
      return make("label", { class: `pg-tool-${tool}` }, input, text);
    }),
  );
  choose(plane.tool);
}

function choose(tool) {
  plane.tool = tool;
  find(".pg-canvas").dataset.tool = tool;
}

function fillForm() {
  for (const [name, value] of Object.entries(settings)) {
    named(name).value = name === "hidden" ? value.join(", ") : value;
  }
  for (const name of ["until", "speed"]) named(name).value = view[name];
  named("levels").checked = view.levels;
  named("noise").disabled = !(settings.data in NOISE);
  named("n").disabled = settings.data === "empty";
  fillLayers();
}

/** Buttons that widen, narrow, add and take away layers. */
function fillLayers() {
  const button = (text, words, hidden) =>
    make(
      "button",
      {
        type: "button",
        "aria-label": words,
        title: words,
        onclick: () => changeSetting("hidden", hidden.join(",")),
      },
      text,
    );
  const { hidden } = settings;
  const wide = hidden.at(-1) ?? 8;
  find(".pg-layers").replaceChildren(
    button("− layer", "Take the last layer away", hidden.slice(0, -1)),
    button("+ layer", "Add a layer", [...hidden, wide]),
  );
}

// --- Changing ---

function remember(origin, x, y) {
  edits.moved = edits.moved.filter(([one]) => one !== origin);
  edits.moved.push([origin, x, y]);
}

/** The points have changed: tell Python, and write it down. */
async function edited(words) {
  edits.added = points.filter((_, i) => origins[i] < 0);
  plane.predicted = [];
  plane.points = points;
  writeAddress();
  if (words) say(words);
  if (!started) return;
  await attempt(trainer.ask("edit", "edit", edits));
  pointTable.set(points);
  ask("table", "histograms");
}

async function begin() {
  trainer.playing = false;
  curves.clear();
  epoch = 0;
  const made = await attempt(trainer.begin({ ...settings, edits }));
  if (!made) return;
  describe(made);
  take(made);
  newest = undefined;
  showState();
  say(`A new network of ${made.parameters} parameters.`);
  trainer.refresh();
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
  const { value, note } = typed(name, given, settings[name]);
  const same = String(value) === String(settings[name]);
  if (same && note) {
    fillForm();
    return say(note);
  }
  settings[name] = value;
  if (name === "data") {
    settings.noise = NOISE[given] ?? settings.noise;
    edits = { removed: [], moved: [], added: [] };
    view.probe = null;
  }
  fillForm();
  writeAddress();
  if (!started) {
    showOther();
    return say(note || "This holds as soon as Python is started.");
  }
  if (!GOING_ON.has(name)) await begin();
  else {
    await attempt(trainer.ask("", "change", name, settings[name]));
    trainer.refresh();
  }
  return note && say(note);
}

function setProbe(probe) {
  view.probe = probe;
  showProbe();
  writeAddress();
  const said = plane.said(probe);
  if (said) {
    const where = probe
      .slice(0, 2)
      .map((one) => short(one, 2))
      .join(", ");
    say(
      `Probe at ${where}: class ${said.class}, ${percent(said.chance)} sure.`,
    );
  }
  ask("probe");
}

/** The probe of the address, or one in the middle. */
function showProbe() {
  const [x, y, c] = view.probe ?? [...plane.middle, 1];
  plane.probe = [x, y, Math.min(c, plane.classes - 1)];
  [named("x").value, named("y").value, named("class").value] = plane.probe;
  plane.draw();
}

/** Let panels ask as soon as may be. */
function ask(...names) {
  if (started) trainer.refresh(...names.map((name) => panels[name]));
}

/** Browsers refuse an address that changes with every move of the hand. */
function writeAddress() {
  clearTimeout(writing);
  writing = setTimeout(writeNow, 250);
}

function writeNow() {
  const text = write(settings, view, edits);
  history.replaceState(null, "", text ? `#${text}` : location.pathname);
}

// --- Buttons and fields ---

const acts = {
  play: () => {
    if (trainer.playing) return trainer.pause();
    if (trainer.step >= view.until) setUntil(trainer.step + 1000);
    return trainer.play();
  },
  step: () => attempt(trainer.advance(1)),
  back: async () => {
    if (trainer.playing) trainer.pause();
    const told = await attempt(trainer.back());
    if (!told) return say("No step before this one is kept.");
    curves.cut(told.step);
    newest = told.step ? told.loss : undefined;
    showProgress();
    return say(`Back at step ${told.step.toLocaleString("en")}.`);
  },
  epoch: () => {
    const size = settings.batch || points.length;
    const steps = Math.ceil(points.length / Math.min(size, points.length));
    return attempt(trainer.advance(steps || 1));
  },
  reset: begin,
  link: async () => {
    writeNow();
    say(await copy(location.href, "The link is copied."));
  },
  script: async () => {
    const steps = Math.max(trainer.step, 20);
    const made = await attempt(trainer.ask("", "script", steps));
    const words = `A program of ${steps} steps is copied.`;
    if (made) say(await copy(made.script, words));
  },
  smaller: () => graph.zoom(1 / 1.25),
  larger: () => graph.zoom(1.25),
  fit: () => graph.fit(),
};
const NEEDING_PYTHON = ".pg-transport button, [data-do=script]";
const WITHOUT_PYTHON = new Set(["link", "smaller", "larger", "fit"]);

function setUntil(step) {
  view.until = trainer.until = step;
  named("until").value = step;
  writeAddress();
  showProgress();
}

root.addEventListener("click", (event) => {
  const button = event.target.closest("[data-do]");
  if (!button) return;
  const act = button.dataset.do;
  if (started || WITHOUT_PYTHON.has(act)) acts[act]();
  else start(act);
});

find(".pg-settings").addEventListener("submit", (event) =>
  event.preventDefault(),
);
find(".pg-settings").addEventListener("change", ({ target }) =>
  changeSetting(target.name, target.value),
);
named("until").addEventListener("change", ({ target }) => {
  const { value, note } = typed("until", target.value, view.until);
  setUntil(value);
  if (note) say(note);
});
named("speed").addEventListener("change", ({ target }) => {
  view.speed = trainer.speed = Number(target.value);
  writeAddress();
});
named("levels").addEventListener("change", ({ target }) => {
  view.levels = plane.levels = target.checked;
  writeAddress();
  plane.draw();
});
named("lines").addEventListener("change", ({ target }) => {
  view.lines = Number(target.value);
  plane.sums = null;
  plane.draw();
  writeAddress();
  ask("lines");
});
named("layer").addEventListener("change", () => {
  ask("memory");
});
for (const name of ["x", "y", "class"]) {
  named(name).addEventListener("change", () => {
    const probe = ["x", "y", "class"].map((one) => Number(named(one).value));
    if (probe.every(Number.isFinite)) setProbe(probe);
  });
}
pointTable.onchoose = (point) => setProbe([...point]);
graph.onlight = (layer, neuron) => {
  const lit = layer !== undefined && layer + 1 === view.lines;
  plane.highlit = lit ? neuron : -1;
  plane.draw();
};

// --- Beginning ---

/** Draw what the page brought along: one moment of a run. */
function showBuilt() {
  const built = JSON.parse(document.getElementById("pg-built").textContent);
  find(".pg-start-size").textContent = built.size;
  describe(built.made);
  take(built.made);
  fillForm();
  trainer.step = built.advance.step;
  epoch = built.advance.epoch;
  curves.losses(trainer.step, built.advance.losses);
  for (const { step, accuracy } of built.right) curves.right(step, accuracy);
  newest = built.advance.losses.at(-1);
  showProgress();
  for (const [name, answer] of Object.entries(built.answers)) {
    if (name === "lines") continue;
    panels[name].answer(answer);
  }
  const own = location.hash.length > 1;
  say("This run was trained when the page was built.");
  if (own) showOther();
}

/** What is drawn is not what the form says: hide it, until Start. */
function showOther() {
  const same = write(settings, VIEW, edits) === "";
  root.classList.toggle("pg-other", !same);
  find(".pg-start-other").hidden = same;
  say(
    same
      ? "This run was trained when the page was built."
      : "Start computes what the settings say.",
  );
}

async function start(act = "play") {
  const button = find(".pg-start-button");
  if (button.disabled) return;
  const waiting = [button, ...root.querySelectorAll(NEEDING_PYTHON)];
  const wait = (on) => waiting.forEach((one) => (one.disabled = on));
  wait(true);
  find(".pg-start progress").hidden = false;
  try {
    await python.start();
  } catch (error) {
    find(".pg-start-text").textContent =
      `${error.message}. Start tries it again.`;
    find(".pg-start progress").hidden = true;
    return wait(false);
  }
  wait(false);
  started = true;
  root.classList.remove("pg-other");
  find(".pg-start").remove();
  find(".pg-canvas").tabIndex = 0;
  if (document.activeElement === document.body) {
    find(".pg-canvas").focus({ preventScroll: true });
  }
  root.classList.add("pg-started");
  trainer.until = view.until;
  trainer.speed = view.speed;
  await begin();
  if (act !== "reset") await acts[act]();
}

/** Take all settings from the text behind a #. */
async function set(fragment) {
  clearTimeout(writing);
  ({ settings, view, edits } = read(fragment));
  plane.levels = view.levels;
  trainer.until = view.until;
  trainer.speed = view.speed;
  fillForm();
  if (started) await begin();
  else showOther();
}

find(".pg-start-button").addEventListener("click", () => start());
addEventListener("hashchange", () => set(location.hash));
document.querySelectorAll("[data-try]").forEach((button) =>
  button.addEventListener("click", async () => {
    root.scrollIntoView();
    find("[data-do=play]").focus({ preventScroll: true });
    await set(button.dataset.try);
    writeAddress();
  }),
);

// Back from another page, whose coming has ended Python.
addEventListener("pageshow", async ({ persisted }) => {
  if (!persisted || !started || python.running) return;
  await begin();
  if (python.running) say("Back again: Python, and this run, begin anew.");
});

for (const panel of Object.values(panels)) trainer.add(panel);
const seen = () => started && trainer.work();
watch(find(".pg-canvas"), panels.boundary, seen);
watch(find(".pg-graph-frame"), panels.probe, seen);
watch(find(".pg-parameters"), panels.memory, seen);
watch(find(".pg-histograms"), panels.histograms, seen);
plane.levels = view.levels;
showBuilt();
onTheme(() => {
  const now = colours(root);
  plane.recolour(now);
  curves.recolour(now);
});
