// The network as a drawing: neurons are pictures of what they say about the
// plane, and edges are their weights.
//
// All of it is one canvas, for hundreds of edges change with every step.  A
// pointer, or the keyboard, chooses a neuron or an edge; a line of text says
// its numbers, and the plane shows what the neuron has learned.

import { Chart } from "../chart.mjs";
import { ARROWS, setText, short } from "../page.mjs";
import { INPUTS } from "./settings.mjs";

const PITCH = { least: 19, most: 64 }; // pixels from neuron to neuron
const TALL = 336; // pixels, unless there are more neurons
const LARGEST = 46; // pixels along the side of a picture
const MARGIN = { side: 6, top: 24, bottom: 6 };
const GAP = 3; // between two pictures of a column
const THICKEST = 5;
const REACH = 6; // pixels from an edge that still mean it
const LEVELS = 12; // of the weights, from none to the heaviest
const PAUSE = 150; // milliseconds between two drawings

export class Network extends Chart {
  #canvas;
  #said;
  #onlook;
  #widths = [];
  #inputs = [];
  #classes = 2;
  #nodes = []; // { column, row, x, y, side }
  #edges = []; // { from, to, weight: where in the parameters }
  #shown = null; // pictures and parameters
  #atlas = null; // the pictures side by side
  #chosen = null; // { node } or { edge }
  #held = false; // chosen by a click or a key, not by passing over it
  #discrete = false; // shows the sign alone

  constructor(canvas, said, onlook) {
    super(canvas, PAUSE);
    this.#canvas = canvas;
    this.#said = said;
    this.#onlook = onlook;
    new ResizeObserver(() => this.#lay()).observe(canvas);
    canvas.addEventListener("pointermove", (event) => this.#hover(event));
    canvas.addEventListener("pointerleave", () => {
      if (!this.#held) this.#choose(null);
    });
    canvas.addEventListener("click", (event) => this.#click(event));
    canvas.addEventListener("keydown", (event) => this.#key(event));
  }

  /** A new network: how many inputs and neurons, and what they are called. */
  set({ widths, inputs, classes }) {
    this.#widths = widths;
    this.#inputs = inputs;
    this.#classes = classes;
    this.#shown = this.#atlas = null;
    this.#chosen = null;
    this.#held = false;
    this.#onlook(null);
    const tall = Math.max(TALL, Math.max(...widths) * PITCH.least);
    this.#canvas.style.height = `${tall + MARGIN.top + MARGIN.bottom}px`;
    this.#lay();
    this.#tell();
  }

  recolour(colours) {
    this.#atlas = null;
    super.recolour(colours);
  }

  harden(discrete) {
    this.#discrete = discrete;
    this.#atlas = null;
    this.draw();
  }

  show(answer) {
    this.#shown = answer;
    this.#atlas = null;
    this.draw();
    if (this.#chosen) this.#tell();
  }

  // --- Layout: a column for the inputs, and one for each layer ---

  #lay() {
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    if (!width || !this.#widths.length) return;
    const columns = this.#widths.length;
    const room = (width - 2 * MARGIN.side) / (1.7 * columns);
    const inside = height - MARGIN.top - MARGIN.bottom;
    this.#nodes = this.#widths.flatMap((count, column) => {
      const pitch = Math.min(Math.max(inside / count, PITCH.least), PITCH.most);
      const side = Math.min(pitch - GAP, LARGEST, room);
      const span = width - 2 * MARGIN.side - side;
      const x = MARGIN.side + (span * column) / Math.max(columns - 1, 1);
      const top = MARGIN.top + (inside - count * pitch + pitch - side) / 2;
      return Array.from({ length: count }, (_, row) => {
        return { column, row, side, x, y: top + row * pitch };
      });
    });
    this.#join();
    this.draw();
  }

  /** The edges, in the order of parameters: of a neuron w, and then b. */
  #join() {
    this.#edges = [];
    let at = 0;
    for (const to of this.#nodes.filter(({ column }) => column > 0)) {
      const before = this.#nodes.filter((one) => one.column === to.column - 1);
      for (const from of before) {
        this.#edges.push({ from, to, weight: at });
        at += 1;
      }
      to.bias = at;
      at += 1;
    }
  }

  // --- Drawing ---

  paint(pen) {
    this.#drawTitles(pen);
    if (!this.#shown) return;
    this.#atlas ??= this.#picture();
    this.#drawEdges(pen);
    this.#nodes.forEach((node, i) => this.#drawNode(pen, node, i));
  }

  #drawTitles(pen) {
    pen.fillStyle = this.colours.muted;
    const last = this.#widths.length - 1;
    this.#widths.forEach((_, column) => {
      const node = this.#nodes.find((one) => one.column === column);
      if (!node) return;
      pen.textAlign = ["left", "right"][[0, last].indexOf(column)] ?? "center";
      const x =
        node.x + { left: 0, right: 1, center: 0.5 }[pen.textAlign] * node.side;
      pen.fillText(title(column, last), x, 13);
    });
  }

  /** All edges of a kind at once: a stroke for each would take too long. */
  #drawEdges(pen) {
    const { parameters } = this.#shown;
    const size = ({ weight }) => Math.abs(parameters[weight] ?? 0);
    const heaviest = Math.max(...this.#edges.map(size), 1e-9);
    const kinds = new Map();
    for (const edge of this.#edges) {
      const near = this.#near(edge);
      const level = Math.round((LEVELS * size(edge)) / heaviest);
      if (level === 0 && near !== 2) continue;
      const minus = parameters[edge.weight] < 0;
      const kind = [near, level, minus].join();
      if (!kinds.has(kind)) kinds.set(kind, { near, level, minus, edges: [] });
      kinds.get(kind).edges.push(edge);
    }
    for (const kind of kinds.values()) this.#stroke(pen, kind);
    pen.globalAlpha = 1;
    pen.setLineDash([]);
  }

  #stroke(pen, { near, level, minus, edges }) {
    const { positive, negative, text } = this.colours;
    const share = Math.min(level / LEVELS, 1);
    pen.beginPath();
    for (const edge of edges) path(pen, edge);
    pen.strokeStyle = near === 2 ? text : minus ? negative : positive;
    pen.lineWidth = 0.4 + THICKEST * share;
    pen.globalAlpha = [0.06, 0.2 + 0.7 * share, 1][near];
    pen.setLineDash(minus ? [4 + 6 * share, 2 + 4 * share] : []);
    pen.stroke();
  }

  /** 2 for the chosen edge, 0 for one far from what is chosen, 1 else. */
  #near(edge) {
    const { node, edge: chosen } = this.#chosen ?? {};
    if (chosen) return chosen === edge ? 2 : 1;
    return !node || edge.to === node || edge.from === node ? 1 : 0;
  }

  #drawNode(pen, node, i) {
    const { size } = this.#shown;
    const { ground, line, text, muted, font } = this.colours;
    const { x, y, side } = node;
    pen.fillStyle = ground;
    pen.beginPath();
    pen.roundRect(x, y, side, side, Math.min(5, side / 5));
    pen.fill();
    pen.save();
    pen.clip();
    pen.drawImage(this.#atlas, i * size, 0, size, size, x, y, side, side);
    pen.restore();
    const chosen = this.#chosen?.node === node;
    pen.strokeStyle = chosen ? text : this.#held ? muted : line;
    pen.lineWidth = chosen ? 2.5 : 1;
    pen.stroke();
    if (node.column || side < 24) return;
    const name = INPUTS[this.#inputs[node.row]];
    pen.font = `600 ${side > 34 ? 12 : 10}px ${font}`;
    pen.textAlign = "left";
    pen.lineWidth = 3;
    pen.strokeStyle = ground;
    pen.lineJoin = "round";
    pen.strokeText(name, x + 4, y + side - 5);
    pen.fillStyle = text;
    pen.fillText(name, x + 4, y + side - 5);
  }

  /** The pictures: a colour for the sign, and its strength for the size. */
  #picture() {
    const { size, outputs } = this.#shown;
    const count = outputs.length;
    const atlas = new OffscreenCanvas(size * count, size);
    const pen = atlas.getContext("2d");
    const image = pen.createImageData(size * count, size);
    outputs.forEach((heights, i) => {
      const paint = this.#painter(i, heights);
      for (let k = 0; k < size * size; k++) {
        const row = Math.floor(k / size);
        const at = 4 * (row * size * count + i * size + (k % size));
        const [[red, green, blue], strength] = paint(heights[k] ?? 0);
        image.data[at] = red;
        image.data[at + 1] = green;
        image.data[at + 2] = blue;
        image.data[at + 3] = 255 * strength;
      }
    });
    pen.putImageData(image, 0, 0);
    return atlas;
  }

  #painter(i, heights) {
    const { classes } = this.colours;
    const scores = this.#nodes[i]?.column === this.#widths.length - 1;
    const several = scores && this.#classes > 2;
    const [low, high] = several
      ? [classes[0], classes[this.#nodes[i].row]]
      : [classes[0], classes[1]];
    const most = heights.reduce((m, x) => Math.max(m, Math.abs(x ?? 0)), 1);
    return (x) => {
      const lead = scores ? Math.tanh(x / 2) : x / most;
      const strength = several && x < 0 ? 0 : Math.abs(lead);
      const sharp = this.#discrete ? Number(strength > 0) : strength;
      return [x > 0 ? high : low, 0.85 * sharp];
    };
  }

  // --- Choosing ---

  #choose(chosen, aloud = false) {
    const was = this.#chosen;
    if (was?.node === chosen?.node && was?.edge === chosen?.edge) return;
    this.#chosen = chosen;
    this.draw();
    this.#tell(aloud);
    this.#onlook(chosen?.node ? this.#looked(chosen.node) : null);
  }

  /** Which neuron it is, and its picture. */
  #looked(node) {
    const { size, outputs } = this.#shown ?? {};
    const output = outputs?.[this.#nodes.indexOf(node)];
    return { ...node, picture: output && { size, output } };
  }

  #tell(aloud = false) {
    const { node, edge } = this.#chosen ?? {};
    const text = edge
      ? this.#edgeWords(edge)
      : node
        ? this.#nodeWords(node)
        : "Point at a neuron to see it on the plane, at an edge for its weight.";
    this.#said.setAttribute("aria-live", aloud ? "polite" : "off");
    setText(this.#said, text);
  }

  #edgeWords({ from, to, weight }) {
    const number = short(this.#shown?.parameters[weight], 3);
    return `Weight ${number}, from ${this.#name(from)} to ${this.#name(to)}.`;
  }

  #nodeWords(node) {
    const name = this.#name(node);
    if (!this.#shown) return name;
    const { outputs, parameters } = this.#shown;
    const heights = outputs[this.#nodes.indexOf(node)];
    const ends = [Math.min, Math.max].map((end) =>
      short(
        heights.reduce((a, b) => end(a, b)),
        2,
      ),
    );
    const range = `from ${ends[0]} to ${ends[1]} on the plane`;
    if (!node.column) return `Input ${name}, ${range}.`;
    const own = this.#edges.filter(({ to }) => to === node);
    const heavy = own
      .toSorted(
        (a, b) =>
          Math.abs(parameters[b.weight]) - Math.abs(parameters[a.weight]),
      )
      .slice(0, 4)
      .map((one) => {
        const from = one.from.column ? one.from.row + 1 : this.#name(one.from);
        return `${short(parameters[one.weight], 2)} of ${from}`;
      });
    const which = own.length > 4 ? "largest weights" : "weights";
    const bias = short(parameters[node.bias], 2);
    return `${capital(name)}: ${range}; bias ${bias}; ${which} ${heavy.join(", ")}.`;
  }

  #name({ column, row }) {
    if (!column) return INPUTS[this.#inputs[row]];
    if (column < this.#widths.length - 1) {
      return `layer ${column}, neuron ${row + 1}`;
    }
    return this.#widths[column] > 1 ? `score of class ${row}` : "the score";
  }

  // --- The pointer ---

  #at(event) {
    const box = this.#canvas.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    const node = this.#nodes.find(
      (one) =>
        x >= one.x - 1 &&
        x <= one.x + one.side + 1 &&
        y >= one.y - 1 &&
        y <= one.y + one.side + 1,
    );
    if (node) return { node };
    let [edge, least] = [null, REACH];
    for (const one of this.#edges) {
      const away = distance(one, x, y);
      if (away < least) [edge, least] = [one, away];
    }
    return edge && { edge };
  }

  #hover(event) {
    const at = this.#at(event);
    this.#canvas.style.cursor = at ? "pointer" : "default";
    if (!this.#held) this.#choose(at);
  }

  #click(event) {
    const at = this.#at(event);
    const again =
      this.#held &&
      at?.node === this.#chosen?.node &&
      at?.edge === this.#chosen?.edge;
    this.#held = Boolean(at) && !again;
    this.#choose(at && !again ? at : null);
    this.draw();
  }

  // --- The keyboard: arrows go through neurons, n and p through weights ---

  #key(event) {
    const step = ARROWS[event.key];
    if (step) this.#go(...step);
    else if (event.key === "n") this.#turn(1);
    else if (event.key === "p") this.#turn(-1);
    else if (event.key === "Escape") {
      this.#held = false;
      this.#choose(null);
    } else return;
    event.preventDefault();
  }

  /** The neuron that is chosen, or the one that the chosen edge leads to. */
  get #node() {
    return this.#chosen?.node ?? this.#chosen?.edge?.to;
  }

  #go(across, down) {
    this.#held = true;
    const from = this.#node;
    if (!from) return this.#choose({ node: this.#nodes[0] }, true);
    const column = within(from.column + across, this.#widths.length);
    const count = this.#widths[column];
    const place = across
      ? Math.floor((from.row / this.#widths[from.column]) * count)
      : from.row + down;
    const row = within(place, count);
    const node = this.#nodes.find(
      (one) => one.column === column && one.row === row,
    );
    return this.#choose({ node }, true);
  }

  #turn(way) {
    const node = this.#node;
    const own = this.#edges.filter(({ to }) => to === node);
    if (!own.length) return;
    const now = own.indexOf(this.#chosen.edge);
    const next = now < 0 ? (way > 0 ? 0 : -1) : now + way;
    this.#choose({ edge: own.at(next % own.length) }, true);
  }
}

const within = (i, count) => Math.min(Math.max(i, 0), count - 1);
const capital = (text) => text[0].toUpperCase() + text.slice(1);

function title(column, last) {
  if (!column) return "inputs";
  return column === last ? "output" : `layer ${column}`;
}

/** From the right of one picture to the left of another. */
function ends({ from, to }) {
  return [from.x + from.side, from.y + from.side / 2, to.x, to.y + to.side / 2];
}

function path(pen, edge) {
  const [x1, y1, x2, y2] = ends(edge);
  const half = (x2 - x1) / 2;
  pen.moveTo(x1, y1);
  pen.bezierCurveTo(x1 + half, y1, x2 - half, y2, x2, y2);
}

/** How far above or below an edge a place is. */
function distance(edge, x, y) {
  const [x1, y1, x2, y2] = ends(edge);
  if (x < x1 || x > x2) return Infinity;
  let [low, high] = [0, 1]; // across is monotonic along the curve
  for (let k = 0; k < 12; k++) {
    const t = (low + high) / 2;
    const along = 1.5 * t * (1 - t) * (1 - t) + 1.5 * t * t * (1 - t) + t ** 3;
    if (x1 + along * (x2 - x1) < x) low = t;
    else high = t;
  }
  const t = (low + high) / 2;
  const rise = 3 * t * t * (1 - t) + t ** 3;
  return Math.abs(y1 + rise * (y2 - y1) - y);
}
