// The player of micrograd.live.steps: buttons, keys, a number that travels,
// and inputs that can be dragged.
//
// Every figure brings this script along.  Whichever copy runs first starts
// all figures of the page and marks them; the others find nothing to do.

const STILL = matchMedia("(prefers-reduced-motion: reduce)");
const SVG = "http://www.w3.org/2000/svg";
const PAUSE = 1500; // milliseconds for a step at speed 1
const TRAVEL = 0.55; // the part of it in which the number is under way
const LINGER = 400; // milliseconds that a number is seen where it arrives
const DOTS = 12; // points along an arrow

class Player {
  constructor(figure) {
    this.figure = figure;
    this.states = JSON.parse(this.find("script").textContent);
    this.lines = [...figure.querySelectorAll("ol > li")];
    this.parts = this.byName("part");
    this.cells = this.byName("cell");
    this.stage = this.find(".mg-stage");
    this.slider = this.find("input");
    this.last = this.states.length - 1;
    this.at = this.last;
    // Without Graphviz there is a table, in which nothing travels.
    const ground = this.find(".mg-stage svg > g");
    this.pill = ground && new Pill(ground);
    this.listen();
    this.offerHandles();
    this.find(".mg-controls").hidden = false;
    this.play(false);
    this.show(this.last);
  }

  find(selector) {
    return this.figure.querySelector(selector);
  }

  byName(kind) {
    const found = this.figure.querySelectorAll(`.mg-stage [data-${kind}]`);
    return new Map([...found].map((one) => [one.dataset[kind], one]));
  }

  get speed() {
    return Number(this.find("select").value);
  }

  // --- One step ---

  show(k, travels = false) {
    this.at = Math.max(0, Math.min(this.last, k));
    const state = this.states[this.at];
    const line = this.lines[this.at];
    // A number is written down when it arrives.
    const moves = travels && state.way.length > 0;
    const time = moves ? (PAUSE * TRAVEL) / this.speed : 0;
    clearTimeout(this.arrival);
    this.write(moves ? this.at - 1 : this.at);
    if (moves) this.arrival = setTimeout(() => this.write(this.at), time);
    for (const [name, part] of this.parts) {
      part.classList.toggle("mg-on", state.on.includes(name));
    }
    for (const one of this.lines) one.classList.toggle("mg-on", one === line);
    const { phase } = line.dataset;
    this.figure.dataset.phase = phase;
    this.figure.classList.toggle("mg-fault", line.querySelector("em") !== null);
    this.find(".mg-phase").textContent = phase;
    this.find(".mg-now").innerHTML = line.innerHTML;
    this.find(".mg-count").textContent = `${this.at} / ${this.last}`;
    this.slider.value = this.at;
    this.slider.setAttribute("aria-valuetext", line.textContent);
    this.follow(state);
    this.send(state, time);
  }

  // Put into every place what the steps up to one have written there.
  write(k) {
    const state = this.states[k];
    const past = this.states.slice(0, k + 1).map(({ cells }) => cells);
    const written = Object.assign({}, ...past);
    for (const [name, cell] of this.cells) {
      const empty = name.startsWith("d") ? "data -" : "grad -";
      const text = written[name] ?? empty;
      if (cell.textContent !== text) {
        cell.textContent = text;
        if (this.program) fit(cell);
      }
      const fresh = k === this.at && name in state.cells;
      cell.classList.toggle("mg-fresh", fresh);
      cell.classList.toggle("mg-wrong", state.wrong.includes(name));
      if (empty === "data -") {
        const box = this.parts.get(`v${name.slice(1)}`);
        box.classList.toggle("mg-pending", !(name in written));
      }
    }
  }

  // Scroll a drawing wider than the page to where something happens.
  follow(state) {
    const { stage } = this;
    if (stage.scrollWidth <= stage.clientWidth || !state.on.length) return;
    const lit = state.on.filter((name) => this.parts.has(name));
    const sides = lit.map((name) =>
      this.parts.get(name).getBoundingClientRect(),
    );
    const left = Math.min(...sides.map((side) => side.left));
    const right = Math.max(...sides.map((side) => side.right));
    const seen = stage.getBoundingClientRect();
    stage.scrollBy({
      left: (left + right - seen.left - seen.right) / 2,
      behavior: STILL.matches ? "auto" : "smooth",
    });
  }

  // Let the number of a step travel.
  send(state, time) {
    if (!this.pill) return;
    const paths = state.way.map((name) =>
      this.parts.get(name).querySelector("path"),
    );
    const points = pointsAlong(paths, this.figure.dataset.phase === "backward");
    this.pill.travel(points, state.pill, time);
  }

  // --- Buttons and keys ---

  play(on) {
    clearTimeout(this.timer);
    this.playing = on;
    this.figure.classList.toggle("mg-playing", on);
    const button = this.find("[data-do=play]");
    button.setAttribute("aria-label", on ? "Pause" : "Play");
    // A voice that reads each step cannot keep up with a running player.
    this.find(".mg-now").setAttribute("aria-live", on ? "off" : "polite");
    if (!on) return;
    if (this.at === this.last) this.show(0);
    this.timer = setTimeout(() => this.next(), PAUSE / 3 / this.speed);
  }

  next() {
    this.show(this.at + 1, !STILL.matches);
    if (this.at === this.last) this.play(false);
    else this.timer = setTimeout(() => this.next(), PAUSE / this.speed);
  }

  go(k) {
    this.play(false);
    this.show(k, k === this.at + 1 && !STILL.matches);
  }

  listen() {
    const acts = {
      start: () => this.go(0),
      back: () => this.go(this.at - 1),
      play: () => this.play(!this.playing),
      forward: () => this.go(this.at + 1),
      end: () => this.go(this.last),
    };
    for (const button of this.figure.querySelectorAll("[data-do]")) {
      button.addEventListener("click", acts[button.dataset.do]);
    }
    this.lines.forEach((line, k) =>
      line.addEventListener("click", () => this.go(k)),
    );
    this.slider.addEventListener("input", () =>
      this.go(Number(this.slider.value)),
    );
    this.figure.addEventListener("keydown", (event) => press(event, acts));
    addEventListener("beforeprint", () => this.go(this.last));
  }

  // --- Inputs that the reader drags ---

  offerHandles() {
    const program = programOf(this.figure);
    const wrong = this.states.some((state) => state.wrong.length);
    if (!this.pill || !program || wrong) return;
    this.program = program;
    this.states = structuredClone(this.states);
    for (const [i, row] of program.entries()) {
      const box = this.parts.get(`v${i}`);
      const moves = !row.inputs.length && this.cells.has(`g${i}`);
      if (moves && box) new Handle(this, box, row);
    }
  }

  // An input has moved: all steps again, in their order.
  again() {
    this.play(false);
    compute(this.program, this.states, this.lines);
    this.show(this.last);
  }
}

const KEYS = {
  ArrowLeft: "back",
  ArrowRight: "forward",
  Home: "start",
  End: "end",
  " ": "play",
};

function press(event, acts) {
  const act = acts[KEYS[event.key]];
  const own =
    event.key === " " ? "input, select, summary, button" : "input, select";
  const modified = event.ctrlKey || event.altKey || event.metaKey;
  if (!act || modified || event.target.closest(own)) return;
  event.preventDefault();
  act();
}

// --- What the steps compute ---

// The result of an operation, and its derivative by each operand, from the
// result and the operands.
const RULES = {
  "+": [(x, y) => x + y, () => 1, () => 1],
  "-": [(x, y) => x - y, () => 1, () => -1],
  "*": [(x, y) => x * y, (z, x, y) => y, (z, x) => x],
  "/": [(x, y) => x / y, (z, x, y) => 1 / y, (z, x, y) => -z / y],
  exp: [Math.exp, (z) => z],
  relu: [(x) => Math.max(x, 0), (z, x) => (x > 0 ? 1 : 0)],
  tanh: [Math.tanh, (z) => 1 - z * z],
};
const NUMBER = String.raw`-?(?:\d+(?:\.\d+)?(?:e[+-]\d+)?|inf|nan)`;

/** The values of a figure, or nothing if it has others than these rules. */
function programOf(figure) {
  const rows = JSON.parse(figure.dataset.program ?? "[]");
  const program = rows.map(([name, op, data, ...inputs]) => ({
    name,
    inputs,
    rule: RULES[op],
    data: Number(data),
    grad: 0,
  }));
  const names = program.map(({ name }) => name).filter(Boolean);
  const known = program.every(
    ({ inputs, rule, data }) =>
      Number.isFinite(data) && (rule || !inputs.length),
  );
  const alone = new Set(names).size === names.length;
  return rows.length && known && alone ? program : null;
}

/** Write the numbers of these inputs into the steps and their lines. */
function compute(program, states, lines) {
  for (const row of program) row.grad = 0;
  const at = new Map(program.map((row) => [row.name, row]));
  const escaped = [...at.keys()]
    .filter(Boolean)
    .map((name) => name.replace(/[^\w]/g, "\\$&"));
  const named = new RegExp(
    `(^|[^\\w.])(${escaped.join("|")})\\.(data|grad) = ${NUMBER}`,
    "g",
  );
  const renumbered = (text) =>
    text.replace(
      named,
      (_, before, name, kind) =>
        `${before}${name}.${kind} = ${long(at.get(name)[kind])}`,
    );
  for (const [k, state] of states.entries()) {
    const [i, slot] = (state.way.at(-1) ?? ".").split(".").map(parseFloat);
    const node = program[i];
    const operands = node?.inputs.map((j) => program[j].data);
    const place = (part) => lines[k].querySelector(part);
    if (slot >= 0) {
      const operand = program[node.inputs[slot]];
      const local = node.rule[slot + 1](node.data, ...operands);
      const share = node.grad * local;
      const factor = place(".local > span");
      factor.textContent = factorOf(factor.textContent, local);
      const above = place(".up > span");
      above.textContent = renumbered(above.textContent);
      state.pill = [long(node.grad), long(share)];
      operand.grad += share;
      const sum =
        operand.grad === share ? "" : `; so far ${long(operand.grad)}`;
      const sent = place(".share");
      sent.textContent = long(share);
      sent.parentNode.replaceChildren(" = ", sent, sum);
    } else if (node) {
      node.data = node.rule[0](...operands);
      state.pill = [long(node.data)];
      const line = place("span");
      const done = new RegExp(`${NUMBER}$`);
      line.textContent = renumbered(line.textContent).replace(
        done,
        long(node.data),
      );
    } else {
      for (const name of Object.keys(state.cells))
        if (name.startsWith("g")) program[name.slice(1)].grad = 1;
      const line = place("span");
      line.textContent = renumbered(line.textContent);
    }
    for (const name of Object.keys(state.cells)) {
      const [kind, row] = [name[0], program[name.slice(1)]];
      state.cells[name] =
        kind === "d" ? `data ${short(row.data)}` : `grad ${short(row.grad)}`;
    }
  }
}

/** A local partial after its rule, if it says more than the number. */
function factorOf(text, local) {
  const rule = text.match(/^\((.*) = /)?.[1];
  if (rule) return `(${rule} = ${long(local)})`;
  return local < 0 ? `(${long(local)})` : long(local);
}

// --- Numbers as Python writes them ---

/** With so many digits that count, as by "g". */
function digits(x, count) {
  if (!Number.isFinite(x))
    return Number.isNaN(x) ? "nan" : x < 0 ? "-inf" : "inf";
  const [, power] = x.toExponential(count - 1).split("e");
  if (power >= -4 && power < count)
    return Object.is(x, -0) ? "-0" : String(Number(x.toPrecision(count)));
  const [head] = x.toExponential(count - 1).split("e");
  const size = String(Math.abs(power)).padStart(2, "0");
  return `${Number(head)}e${power < 0 ? "-" : "+"}${size}`;
}

/** For lines: all digits, or five if those are many. */
function long(x) {
  const plain = x === 0 || (Math.abs(x) >= 1e-4 && Math.abs(x) < 1e16);
  const sign = Object.is(x, -0) ? "-" : "";
  let text = plain ? sign + String(x) : digits(x, 5);
  if (plain && Number.isInteger(x)) text += ".0";
  if (text.length > 8) text = digits(x, 5);
  return /[.en]/.test(text) ? text : `${text}.0`;
}

/** For boxes: four decimals, or four digits. */
function short(x) {
  if (x !== 0 && !(Math.abs(x) >= 1e-2 && Math.abs(x) < 1e6))
    return digits(x, 4);
  // Python takes the even one of two that are as near.
  const tie = Number.isInteger(x * 32) && (x * 32) % 2 !== 0;
  const even = tie ? (2 * Math.round(x * 5e3)) / 1e4 : x;
  return (Object.is(x, -0) ? "-" : "") + even.toFixed(4);
}

/** Narrow a number that has grown out of its box, which stays. */
function fit(cell) {
  const room = cell.parentNode.querySelector("path").getBBox().width - 6;
  cell.removeAttribute("textLength");
  if (cell.getComputedTextLength() <= room) return;
  cell.setAttribute("lengthAdjust", "spacingAndGlyphs");
  cell.setAttribute("textLength", room);
}

// --- The handle of an input ---

const STEPS = 50; // to either side
const PIXELS = 4; // of the pointer's way that make a step

class Handle {
  constructor(player, box, row) {
    Object.assign(this, { player, box, row, built: row.data });
    // A step of 0.1, or of the second digit of larger numbers.
    const size = Math.floor(Math.log10(Math.max(Math.abs(row.data), 1)));
    this.step = 10 ** (size - 1);
    const middle = Math.round(row.data / this.step);
    this.ends = [middle - STEPS, middle + STEPS];
    const about = {
      role: "slider",
      tabindex: 0,
      "aria-label": row.name,
      "aria-valuemin": this.number(this.ends[0]),
      "aria-valuemax": this.number(this.ends[1]),
    };
    for (const [name, value] of Object.entries(about)) {
      box.setAttribute(name, value);
    }
    box.classList.add("mg-handle");
    // What is inside of a picture nobody reads aloud.
    box.ownerSVGElement.setAttribute("role", "group");
    this.draw();
    this.tell();
    box.addEventListener("pointerdown", (event) => this.grasp(event));
    box.addEventListener("keydown", (event) => this.press(event));
    box.addEventListener("dblclick", () => this.set(this.built));
  }

  number(count) {
    return Number((count * this.step).toPrecision(12));
  }

  // Two small arrows beside its name.
  draw() {
    const { x, width } = this.box.querySelector("path").getBBox();
    const name = this.box.querySelector("text");
    const y = Number(name.getAttribute("y")) - 3.5;
    const arrows = document.createElementNS(SVG, "path");
    arrows.setAttribute("class", "mg-arrows");
    arrows.setAttribute(
      "d",
      `M${x + 10} ${y - 4}v8l-5 -4zM${x + width - 10} ${y - 4}v8l5 -4z`,
    );
    this.box.append(arrows);
  }

  tell() {
    this.box.setAttribute("aria-valuenow", this.row.data);
    this.box.setAttribute("aria-valuetext", long(this.row.data));
  }

  set(data) {
    if (data === this.row.data) return;
    this.row.data = data;
    this.tell();
    this.player.again();
  }

  to(count) {
    const [low, high] = this.ends;
    this.set(this.number(Math.max(low, Math.min(high, count))));
  }

  grasp(event) {
    if (event.button !== 0) return;
    const { box } = this;
    const start = this.row.data;
    const begin = Math.round(start / this.step);
    const move = ({ clientX }) => {
      const count = Math.round((clientX - event.clientX) / PIXELS);
      if (count) this.to(begin + count);
      else this.set(start);
    };
    box.setPointerCapture(event.pointerId);
    box.addEventListener("pointermove", move);
    const leave = () => box.removeEventListener("pointermove", move);
    for (const end of ["pointerup", "pointercancel"]) {
      box.addEventListener(end, leave, { once: true });
    }
  }

  press(event) {
    const now = this.row.data / this.step;
    const [low, high] = this.ends;
    const there = {
      ArrowLeft: Math.ceil(now - 1e-9) - 1,
      ArrowDown: Math.ceil(now - 1e-9) - 1,
      ArrowRight: Math.floor(now + 1e-9) + 1,
      ArrowUp: Math.floor(now + 1e-9) + 1,
      PageDown: Math.round(now) - 10,
      PageUp: Math.round(now) + 10,
      Home: low,
      End: high,
    }[event.key];
    const modified = event.ctrlKey || event.altKey || event.metaKey;
    if (modified || (there === undefined && event.key !== "Escape")) return;
    event.preventDefault();
    event.stopPropagation(); // else the player would step
    if (event.key === "Escape") this.set(this.built);
    else this.to(there);
  }
}

// --- The number that travels ---

// Points along arrows, each of them backwards in a backward pass, up to the
// middle of the last, where the number comes to rest.
function pointsAlong(paths, backwards) {
  return paths.flatMap((path, leg) => {
    const length = path.getTotalLength();
    const end = leg === paths.length - 1 ? 0.5 : 1;
    return Array.from({ length: DOTS + 1 }, (_, i) => {
      const along = (end * i) / DOTS;
      const { x, y } = path.getPointAtLength(
        length * (backwards ? 1 - along : along),
      );
      return { x, y, leg };
    });
  });
}

class Pill {
  constructor(ground) {
    this.group = document.createElementNS(SVG, "g");
    this.group.setAttribute("class", "mg-pill");
    this.box = document.createElementNS(SVG, "rect");
    this.text = document.createElementNS(SVG, "text");
    this.group.append(this.box, this.text);
    ground.append(this.group);
  }

  write(text) {
    if (this.text.textContent === text) return;
    this.text.textContent = text;
    const width = this.text.getComputedTextLength() + 8;
    const sizes = { x: -width / 2, y: -7, width, height: 14, rx: 7 };
    for (const [name, size] of Object.entries(sizes)) {
      this.box.setAttribute(name, size);
    }
  }

  travel(points, texts, duration) {
    cancelAnimationFrame(this.moving);
    clearTimeout(this.resting);
    // At rest it would lie over what it belongs to, which shows it anyway.
    const moves = points.length > 0 && duration > 0;
    this.group.classList.toggle("mg-here", moves);
    if (!moves) return;
    const begin = performance.now();
    const move = () => {
      const time = performance.now() - begin;
      const done = time < duration ? time / duration : 1;
      const eased = done * done * (3 - 2 * done);
      const { x, y, leg } = points[Math.round(eased * (points.length - 1))];
      this.write(texts[leg]);
      this.group.setAttribute("transform", `translate(${x} ${y})`);
      if (done < 1) this.moving = requestAnimationFrame(move);
      else this.resting = setTimeout(() => this.leave(), LINGER);
    };
    move();
  }

  leave() {
    this.group.classList.remove("mg-here");
  }
}

for (const figure of document.querySelectorAll(".mg-steps:not([data-ready])")) {
  figure.dataset.ready = "";
  new Player(figure);
}
