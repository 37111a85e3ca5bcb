// What a reader chooses, and how it is written into the address.

/** The same as those of page_programs.playground.Settings. */
export const DEFAULTS = {
  data: "moons",
  n: 100,
  noise: 0.15,
  balance: 0.5,
  test: 0,
  seed: 7,
  inputs: ["x", "y"],
  hidden: [16, 16],
  activation: "tanh",
  init: "kaiming",
  loss: "cross_entropy",
  penalty: "none",
  penalty_rate: 0.001,
  optimizer: "Adam",
  lr: 0.02,
  weight_decay: 0,
  batch: 0,
};

/** What is shown, and how; Python need not know. */
export const VIEW = {
  until: 1000,
  speed: 0, // steps a second; 0: as many as there are
  levels: false,
  discrete: false, // the class alone, not how sure it is
  lines: 0, // the layer whose zero lines are drawn, from 1; 0: none
  probe: null, // [x, y, class]
  a: "", // the address of the run that this one is compared with
};

/** What the network can be given of a point, in the order of the form. */
export const INPUTS = {
  x: "x",
  y: "y",
  xx: "x²",
  yy: "y²",
  xy: "x y",
  sinx: "sin x",
  siny: "sin y",
};

/** These change a run that goes on; all others begin a new one. */
export const GOING_ON = new Set([
  "lr",
  "weight_decay",
  "batch",
  "loss",
  "optimizer",
  "penalty",
  "penalty_rate",
]);

const SWITCHES = new Set(["levels", "discrete"]);

const WHOLE = "whole ";
const LIMITS = {
  n: [1, 400, WHOLE],
  noise: [0, 1],
  balance: [0.1, 0.9],
  test: [0, 0.8],
  seed: [1, 2 ** 32, WHOLE],
  lr: [0, 10],
  penalty_rate: [0, 1],
  weight_decay: [0, 1],
  batch: [0, 400, WHOLE],
  until: [1, 1e6, WHOLE],
  speed: [0, 1000],
  lines: [0, 8, WHOLE],
};
const WIDTHS = { least: 1, most: 32, layers: 6 };

const clean = (x) => Number(x.toFixed(3)).toString();
const row = (numbers) => numbers.map(clean).join("_");
const numbers = (text) => text.split("_").map(Number);
const rows = (text) =>
  text
    .split(",")
    .map(numbers)
    .filter((one) => one.length === 3 && one.every(Number.isFinite));

/** The text behind the # of an address; defaults are left out. */
export function write(settings, view, edits) {
  const text = new URLSearchParams();
  for (const [name, value] of Object.entries(settings)) {
    if (String(value) === String(DEFAULTS[name])) continue;
    text.set(name, Array.isArray(value) ? value.join("-") || "none" : value);
  }
  for (const name of ["until", "speed", "levels", "discrete", "lines"]) {
    if (view[name] !== VIEW[name]) text.set(name, Number(view[name]));
  }
  if (view.probe) text.set("probe", row(view.probe));
  if (view.a) text.set("a", view.a);
  if (edits.removed.length) text.set("removed", edits.removed.join("_"));
  for (const name of ["moved", "added"]) {
    if (edits[name].length) text.set(name, edits[name].map(row).join(","));
  }
  return text.toString().replaceAll("%2C", ",");
}

/** The reverse; what cannot be read is left as it is by default. */
export function read(fragment) {
  const text = new URLSearchParams(fragment.replace(/^#/, ""));
  const settings = structuredClone(DEFAULTS);
  const view = structuredClone(VIEW);
  const edits = { removed: [], moved: [], added: [] };
  for (const [name, given] of text) {
    if (name in Object.prototype) continue;
    if (name === "hidden") settings.hidden = widths(given);
    else if (name === "inputs") settings.inputs = inputs(given.split("-"));
    else if (name === "a") view.a = given;
    else if (name in settings) settings[name] = value(name, given, settings);
    else if (SWITCHES.has(name)) view[name] = given === "1";
    else if (name === "removed") edits.removed = numbers(given);
    else if (name === "probe") view.probe = probe(rows(given)[0]);
    else if (name in edits) edits[name] = rows(given);
    else if (name in view) view[name] = value(name, given, view);
  }
  return { settings, view, edits };
}

/**
 * What a reader typed into a field, as far as it can be taken: its value,
 * and a sentence where that is something else.
 */
export function typed(name, given, before) {
  if (name === "hidden") return typedWidths(given, before);
  if (name === "inputs") {
    if (given.length) return { value: inputs(given), note: "" };
    return { value: before, note: "A network needs at least one input." };
  }
  if (!(name in LIMITS)) return { value: given, note: "" };
  const [least, most, kind = ""] = LIMITS[name];
  const taken = value(name, given, { [name]: before });
  const same = given !== "" && Number(given) === taken;
  const range = `from ${least} to ${most.toLocaleString("en")}`;
  const told = `This takes a ${kind}number ${range}: ${taken} holds.`;
  return { value: taken, note: same ? "" : told };
}

function typedWidths(given, before) {
  const text = given.trim();
  const { least, most, layers } = WIDTHS;
  const rule = `up to ${layers} widths from ${least} to ${most}`;
  if (text && !/^[\d\s,;-]+$/.test(text)) {
    return { value: before, note: `This takes ${rule}, such as 8, 8.` };
  }
  const value = widths(text);
  const asked = text.split(/[^0-9]+/).filter((part) => part !== "");
  const same = asked.map(Number).join() === value.join();
  return { value, note: same ? "" : `There is room for ${rule}.` };
}

function probe(numbers) {
  if (!numbers) return null;
  const [x, y, c] = numbers;
  return [x, y, Math.min(Math.max(Math.round(c), 0), 2)];
}

function value(name, given, defaults) {
  if (!(name in LIMITS)) return given;
  const [least, most, whole] = LIMITS[name];
  const number = whole ? Math.round(given) : Number(given);
  if (given === "" || !Number.isFinite(number)) return defaults[name];
  return Math.min(Math.max(number, least), most);
}

/** Those that there are; the default, if there is none. */
export function inputs(names) {
  const found = Object.keys(INPUTS).filter((name) => names.includes(name));
  return found.length ? found : [...DEFAULTS.inputs];
}

/** The network that settings ask for, before it has any numbers. */
export function outlined({ data, inputs, hidden }) {
  const classes = data === "yin_yang" ? 3 : 2;
  const scores = classes === 2 ? 1 : classes;
  return { widths: [inputs.length, ...hidden, scores], inputs, classes };
}

export function widths(text) {
  const whole = text.split(/[^0-9]+/).filter((part) => part !== "");
  return whole
    .slice(0, WIDTHS.layers)
    .map((one) => Math.min(Math.max(Number(one), WIDTHS.least), WIDTHS.most));
}
