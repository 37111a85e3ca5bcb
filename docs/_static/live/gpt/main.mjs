// The page of the GPT: it trains in a worker, and everything is watched.
//
// The page brings a run that was computed when it was built, so that there is
// something to see at once.  Start loads the training step; Python is loaded
// apart, for whoever wants to follow numbers.

import { Helper, frame } from "../helper.mjs";
import { colours, make, onTheme, short } from "../page.mjs";
import { keepOffline } from "../offline.mjs";
import { Python } from "../runtime.mjs";
import { Attention } from "./attention.mjs";
import { Curve } from "./curve.mjs";
import { Follow } from "./follow.mjs";
import { layout } from "./layout.mjs";
import { LetterMap } from "./map.mjs";

const SCRIPT = new URL("training.mjs", import.meta.url);
const NUMBERS = "page_programs.gpt_numbers";
const LETTERS = ".abcdefghijklmnopqrstuvwxyz";
// Milliseconds between two answers to each question, while it trains.
const PAUSES = {
  look: 90,
  embeddings: 60,
  test: 120,
  invent: 250,
  progress: 0,
};
const KEPT = [0, 100, 300, 1000, 3000, 10_000]; // steps whose names stay
const MEASURED = 400; // milliseconds of training that a speed is taken from
const WARM = 100; // steps until the browser has optimised the step

const root = document.getElementById("pg-root");
const built = JSON.parse(document.getElementById("pg-built").textContent);
root.innerHTML = layout;
root.classList.add("pg", "gpt");
const find = (selector) => root.querySelector(selector);
const named = (name) => find(`[name="${name}"]`);
const show = (name, text) => (find(`[data-show=${name}]`).textContent = text);
const say = (text) => (find(".pg-status").textContent = text);
const whole = (x) => Math.round(x).toLocaleString("en");

let helper = null; // the worker that trains
let started = null; // the promise of start()
let ready = false; // whether it has what it needs
let [playing, resuming, busy] = [false, false, false];
let called = false; // whether somebody asked while it was busy
let paused = "";
let step = built.losses.length;
let name = built.look.name;
let asked = {}; // when each question was asked last
let measured = { spent: 0, made: 0 };
let pace = { time: 0, step: 0, letters: 0 };
let rates = null;

const curve = new Curve(find(".gpt-loss canvas"));
const map = new LetterMap(find(".gpt-map canvas"), LETTERS);
const attention = new Attention(
  find(".gpt-heads"),
  find(".gpt-next"),
  find(".gpt-told"),
  LETTERS,
);
const follow = new Follow(
  find(".gpt-rows"),
  find(".gpt-positions"),
  find(".gpt-detail"),
);

// --- Showing ---

const takes = {
  look: (answer) => answer.name === name && attention.show(answer),
  embeddings: (answer) => map.show(answer),
  test: (answer) => {
    curve.test(answer);
    show("unseen", short(curve.unseen, 2));
  },
  invent: (answer) => showNames(answer),
  progress: ({ letters }) => measurePace(letters),
};

function showStep() {
  show("step", whole(step));
  show("loss", short(curve.loss, 2));
}

/** Names of now, above the first ones of some stages. */
function showNames({ step: at, names }) {
  const list = find(".gpt-names ol");
  const stage = `${KEPT.findLast((one) => one <= at)}`;
  const kept = [...list.children].some((one) => one.dataset.stage === stage);
  const line = make(
    "li",
    kept ? { class: "gpt-now" } : { "data-stage": stage },
    make("span", {}, `step ${whole(at)}`),
    ...names.map(([name, known]) => make(known ? "u" : "b", {}, name)),
  );
  list.querySelector(".gpt-now")?.remove();
  list.prepend(line);
}

function measurePace(letters) {
  const now = performance.now();
  if (!playing || !pace.time) {
    pace = { time: now, step, letters };
    return;
  }
  const passed = (now - pace.time) / 1000;
  if (passed < 0.4) return;
  rates = [(step - pace.step) / passed, (letters - pace.letters) / passed];
  pace = { time: now, step, letters };
  show("rate", whole(rates[0]));
  show("letters", whole(rates[1]));
}

/** How long a step takes, beside PyTorch's. */
function showSpeed(milliseconds) {
  const { milliseconds: torch } = built.torch;
  const most = Math.max(milliseconds || 0, torch);
  const bar = (kind, x) =>
    find(`.gpt-${kind} i`).style.setProperty("--part", x / most || 0);
  bar("here", milliseconds);
  bar("torch", torch);
  show("here", milliseconds ? `${short(milliseconds, 2)} ms` : "–");
}

function measure({ spent, made }) {
  if (step - made < WARM) return;
  measured.spent += spent;
  measured.made += made;
  if (measured.spent < MEASURED) return;
  showSpeed(measured.spent / measured.made);
  measured = { spent: 0, made: 0 };
}

function showState() {
  const button = find("[data-do=play]");
  button.textContent = playing ? "Pause" : helper ? "Continue" : "Start";
  button.classList.toggle("pg-playing", playing);
}

// --- Training ---

const until = () => ({ until: built.steps, pace: Number(named("pace").value) });

function questions(all) {
  const now = performance.now();
  const due = Object.keys(PAUSES).filter(
    (one) => all || now >= (asked[one] ?? 0) + PAUSES[one],
  );
  for (const one of due) asked[one] = now;
  const given = { look: [name], invent: [6] };
  return due.map((one) => [one, ...(given[one] ?? [])]);
}

function told(report, wanted) {
  const { losses, error, ended } = report;
  step = report.step;
  if (losses.length) curve.add(step, losses);
  measure(report);
  wanted.forEach(([question], i) => takes[question](report.answers[i]));
  showStep();
  if (ended || error) {
    playing = false;
    showState();
    say(error || `Done: ${whole(step)} steps. Reset begins again.`);
  }
}

/** Ask the worker before each frame, as long as it trains. */
async function watch() {
  called = busy;
  if (busy) return;
  busy = true;
  try {
    while (playing) {
      const wanted = questions(false);
      told(await helper.ask("report", wanted, until()), wanted);
      await frame();
    }
    if (helper) {
      const wanted = questions(true);
      told(await helper.ask("report", wanted, until()), wanted);
      if (paused) say(`${paused} after step ${whole(step)}.`);
      paused = "";
    }
  } catch (error) {
    failed(error);
  } finally {
    busy = false;
  }
  if (playing || called) watch();
}

function failed(error) {
  if (!started) return;
  leave();
  say(`Training could not go on: ${error.message}. Start tries it again.`);
}

function leave() {
  helper?.stop();
  [helper, started, ready, playing] = [null, null, false, false];
  showState();
}

/** Load the training step, unless it is loaded already; whether it came. */
function start() {
  started ??= load();
  return started;
}

async function load() {
  const buttons = root.querySelectorAll(".pg-transport button");
  const wait = (on) => buttons.forEach((one) => (one.disabled = on));
  wait(true);
  say(`Loading the training step, ${built.size} …`);
  try {
    await null; // so that `started` is set when it fails at once
    helper = new Helper(SCRIPT);
    const files = await helper.ask("begin");
    ready = true;
    begin();
    keepOffline(files);
    return true;
  } catch (error) {
    failed(error);
    return false;
  } finally {
    wait(false);
  }
}

function begin() {
  root.classList.add("gpt-started");
  step = 0;
  asked = {};
  measured = { spent: 0, made: 0 };
  pace.time = 0;
  curve.clear();
  map.clear();
  find(".gpt-names ol").replaceChildren();
  showStep();
}

function play() {
  playing = true;
  pace.time = 0;
  showState();
  say("Training.");
  helper.ask("play", until()).catch(failed);
  watch();
}

function pause(words = "Paused") {
  playing = false;
  paused = words; // said with the step that it stops at
  helper.ask("pause").catch(failed);
  showState();
}

const acts = {
  async play() {
    if (playing) return pause();
    if (!(await start())) return undefined;
    if (step >= built.steps) await acts.reset();
    return play();
  },
  async step() {
    if (!(await start())) return;
    if (playing) pause();
    try {
      const made = await helper.ask("advance", 1);
      told(made, []);
      say(`Step ${whole(step)}.`);
      await watch();
    } catch (error) {
      failed(error);
    }
  },
  async reset() {
    if (!(await start())) return;
    const before = playing;
    playing = false;
    try {
      await helper.ask("reset");
      begin();
      say("A new model.");
      if (before) play();
      else {
        showState();
        await watch();
      }
    } catch (error) {
      failed(error);
    }
  },
  python: () => readNumbers(position),
};

root.addEventListener("click", (event) => {
  const button = event.target.closest("[data-do]");
  if (button) acts[button.dataset.do]();
});

named("pace").addEventListener("change", () => {
  measured = { spent: 0, made: 0 };
});

// --- The reader's name ---

named("name").addEventListener("input", ({ target }) => {
  const letters = target.value.toLowerCase().replace(/[^a-z]/g, "");
  const typed = letters.slice(0, built.longest);
  if (typed !== target.value) target.value = typed;
  const refused = letters.length > built.longest;
  if (refused) say(`Up to ${built.longest} letters from a to z.`);
  if (!typed) return;
  name = typed;
  asked.look = 0;
  follow.clear();
  showPythonButton();
  if (!helper) say("Start, and the model reads your name.");
  else if (ready && !playing) watch();
});

// --- Every number, by Python ---

const saying = (text) => (find(".gpt-python-text").textContent = text);
let reading = null; // what Python has read: a name, and at which step
let position = built.position.position;

const python = new Python({
  onprogress: (fraction, text) => saying(fraction < 1 ? `${text} …` : ""),
  onend: () => {
    reading = null;
    showPythonButton();
  },
});

function showPythonButton() {
  find(".gpt-python").textContent = python.running
    ? `Read “${name}” as the model is now`
    : "Start Python to follow numbers";
}

async function readNumbers(wanted) {
  const button = find(".gpt-python");
  if (button.disabled || !(await start())) return;
  if (playing) pause();
  button.disabled = true;
  try {
    await python.start();
    saying(`Python reads “${name}” and goes backward …`);
    const numbers = await helper.ask("numbers");
    const count = await python.call(`${NUMBERS}.begin`, numbers, name);
    reading = { name, step };
    saying(
      `“${name}” at step ${whole(step)}: ${whole(count)} numbers. ` +
        "Choose one.",
    );
    await showPosition(Math.min(wanted, name.length));
  } catch (error) {
    if (error.name !== "Stopped") saying(`${error.message}. Try it again.`);
  } finally {
    button.disabled = false;
    showPythonButton();
  }
}

async function askPython(question, number) {
  try {
    return await python.call(`${NUMBERS}.ask`, question, number);
  } catch (error) {
    if (error.name !== "Stopped") saying(error.message);
    return null;
  }
}

async function showPosition(i) {
  const answer = await askPython("position", i);
  if (!answer) return;
  position = i;
  follow.show(answer);
}

follow.onposition = (i) => (reading ? showPosition(i) : readNumbers(i));
follow.onnumber = async (place, known) => {
  if (!reading) {
    const { row, j, x, g } = known;
    return follow.say(
      make("p", { class: "gpt-title" }, make("b", {}, `${row} ${j}`)),
      make("p", {}, `Number ${short(x, 5)}, gradient ${short(g, 5)}.`),
      make(
        "p",
        {},
        "Start Python to follow it to what made it, and to " +
          "what its gradient comes from.",
      ),
    );
  }
  const answer = await askPython("number", place);
  return answer && follow.explain(answer);
};

// --- Beginning, leaving, coming back ---

function showBuilt() {
  curve.add(step, built.losses);
  for (const test of built.tests) curve.test(test);
  for (const names of built.names) showNames(names);
  attention.show(built.look);
  map.show(built.embeddings);
  follow.show(built.position);
  follow.say(
    make(
      "p",
      {},
      "Choose a number. The loss depends on all of them: " +
        `${whole(built.numbers)} for “${built.look.name}”.`,
    ),
  );
  named("name").value = name;
  named("name").maxLength = 40;
  show("unseen", short(curve.unseen, 2));
  show("torch", `${short(built.torch.milliseconds, 2)} ms`);
  show(
    "measured",
    `PyTorch: saved on ${built.torch.date}, ${built.torch.processor}, one ` +
      "core, names of six letters. This tab: measured while it trains.",
  );
  showSpeed(0);
  showStep();
  showState();
  showPythonButton();
  saying(built.python ? `Python loads ${built.python}.` : "");
  say(
    `Trained when this page was built. Start loads ${built.size} and ` +
      `trains ${whole(built.parameters)} parameters here.`,
  );
}

addEventListener("visibilitychange", () => {
  if (document.hidden && playing) {
    resuming = true;
    pause("Paused while nobody looks,");
  } else if (!document.hidden && resuming) {
    resuming = false;
    if (helper) play();
  }
});

// A page kept for the "back" button must not keep the worker with it.
addEventListener("pagehide", () => {
  resuming = false;
  leave();
});
addEventListener("pageshow", async ({ persisted }) => {
  const had = root.classList.contains("gpt-started");
  if (!persisted || !had || !(await start())) return;
  showState();
  await watch();
  say("Back again: the model begins anew.");
});

showBuilt();
onTheme(() => {
  const now = colours(root);
  curve.recolour(now);
  map.recolour(now);
});
