// What a reader chooses, and how it is written into the address.

/** The same as those of page_programs.playground.Settings. */
export const DEFAULTS = {
  data: "moons",
  n: 100,
  noise: 0.15,
  seed: 7,
  hidden: [16, 16],
  activation: "tanh",
  init: "kaiming",
  loss: "cross_entropy",
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
  lines: 0, // the layer whose zero lines are drawn, from 1; 0: none
  probe: null, // [x, y, class]
};

/** These change a run that goes on; all others begin a new one. */
export const GOING_ON = new Set([
  "lr",
  "weight_decay",
  "batch",
  "loss",
  "optimizer",
]);

const LIMITS = {
  n: [1, 400],
  noise: [0, 1],
  seed: [1, 2 ** 32],
  lr: [0, 10],
  weight_decay: [0, 1],
  batch: [0, 400],
  until: [1, 1e6],
  speed: [0, 1000],
  lines: [0, 8],
};
const WIDTHS = { least: 1, most: 32, layers: 6 };

const clean = (x) => Number(x.toFixed(3)).toString();
const row = (numbers) => numbers.map(clean).join("_");
const numbers = (text) => text.split("_").map(Number);
const rows = (text) =>
  text
    .split(",")
    .map(numbers)
    .filter((one) => one.every(Number.isFinite));

/** The text behind the # of an address; defaults are left out. */
export function write(settings, view, edits) {
  const text = new URLSearchParams();
  for (const [name, value] of Object.entries(settings)) {
    if (String(value) === String(DEFAULTS[name])) continue;
    text.set(name, name === "hidden" ? value.join("-") || "none" : value);
  }
  for (const name of ["until", "speed", "levels", "lines"]) {
    if (view[name] !== VIEW[name]) text.set(name, Number(view[name]));
  }
  if (view.probe) text.set("probe", row(view.probe));
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
    if (name === "hidden") settings.hidden = widths(given);
    else if (name in settings) settings[name] = value(name, given, settings);
    else if (name === "levels") view.levels = given === "1";
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
  if (!(name in LIMITS)) return { value: given, note: "" };
  const [least, most] = LIMITS[name];
  const taken = value(name, given, { [name]: before });
  const same = given !== "" && Number(given) === taken;
  const range = `from ${least} to ${most.toLocaleString("en")}`;
  const note = same ? "" : `This takes a number ${range}: ${taken} holds.`;
  return { value: taken, note };
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
  if (numbers?.length !== 3) return null;
  const [x, y, c] = numbers;
  return [x, y, Math.min(Math.max(Math.round(c), 0), 2)];
}

function value(name, given, defaults) {
  if (!(name in LIMITS)) return given;
  const number = Number(given);
  if (given === "" || !Number.isFinite(number)) return defaults[name];
  const [least, most] = LIMITS[name];
  return Math.min(Math.max(number, least), most);
}

export function widths(text) {
  const whole = text.split(/[^0-9]+/).filter((part) => part !== "");
  return whole
    .slice(0, WIDTHS.layers)
    .map((one) => Math.min(Math.max(Number(one), WIDTHS.least), WIDTHS.most));
}
