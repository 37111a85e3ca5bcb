// The network as a drawing: neurons are pictures of what they say about the
// plane, and edges are their weights.
//
// All of it is one canvas, for hundreds of edges change with every step.  A
// pointer, or the keyboard, chooses a neuron or an edge; a line of text says
// its numbers, and the plane shows what the neuron has learned.

import { Chart } from "../chart.mjs";
import { ARROWS, setText, short } from "../page.mjs";
import { INPUTS } from "./settings.mjs";
import { Wiring, path, tall } from "./wiring.mjs";

const THICKEST = 5;
const LEAST = 1 / 24; // of the heaviest weight; a lighter one is not drawn
const PAUSE = 150; // milliseconds between two drawings

export class Network extends Chart {
  #canvas;
  #said;
  #onlook;
  #onoffer = () => {};
  #widths = [];
  #inputs = [];
  #classes = 2;
  #wiring = null; // where its pictures and edges are
  #shown = null; // pictures and parameters
  #atlas = null; // the pictures side by side
  #chosen = null; // { node } or { edge }
  #held = false; // chosen by a click or a key, not by passing over it
  #discrete = false; // shows the sign alone

  /** In a place; `onlook(neuron)` is called with what is chosen. */
  constructor(place, onlook) {
    const canvas = place.querySelector("canvas");
    super(canvas, PAUSE);
    this.#canvas = canvas;
    this.#said = place.querySelector(".pg-network-said");
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
    this.#canvas.style.height = `${tall(widths)}px`;
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

  #lay() {
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    if (!width || !this.#widths.length) return;
    this.#wiring = new Wiring(this.#widths, width, height);
    this.#held = false;
    this.#choose(null);
    this.draw();
  }

  // --- Drawing ---

  paint(pen) {
    if (!this.#wiring) return;
    this.#drawTitles(pen);
    if (this.#shown) this.#atlas ??= this.#picture();
    this.#drawEdges(pen);
    this.#wiring.nodes.forEach((node, i) => this.#drawNode(pen, node, i));
  }

  #drawTitles(pen) {
    pen.fillStyle = this.colours.muted;
    const last = this.#widths.length - 1;
    this.#widths.forEach((_, column) => {
      const [node] = this.#wiring.column(column);
      pen.textAlign = ["left", "right"][[0, last].indexOf(column)] ?? "center";
      const x =
        node.x + { left: 0, right: 1, center: 0.5 }[pen.textAlign] * node.side;
      pen.fillText(title(column, last), x, 13);
    });
  }

  /** One by one: the pen takes longer for a path of many that cross. */
  #drawEdges(pen) {
    if (!this.#shown) return this.#drawLines(pen);
    const { parameters } = this.#shown;
    const { edges } = this.#wiring;
    const size = ({ weight }) => Math.abs(parameters[weight] ?? 0);
    const heaviest = Math.max(...edges.map(size), 1e-9);
    for (const edge of edges) {
      const share = size(edge) / heaviest;
      const near = this.#near(edge);
      if (share < LEAST && near !== 2) continue;
      this.#stroke(pen, edge, near, share, parameters[edge.weight] < 0);
    }
    pen.globalAlpha = 1;
    pen.setLineDash([]);
  }

  /** The edges of a network whose weights are not known yet. */
  #drawLines(pen) {
    pen.beginPath();
    for (const edge of this.#wiring.edges) path(pen, edge);
    pen.strokeStyle = this.colours.line;
    pen.lineWidth = 0.5;
    pen.stroke();
  }

  #stroke(pen, edge, near, share, minus) {
    const { positive, negative, text } = this.colours;
    pen.beginPath();
    path(pen, edge);
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
    const { ground, line, text, muted, font } = this.colours;
    const { x, y, side } = node;
    pen.fillStyle = ground;
    pen.beginPath();
    pen.roundRect(x, y, side, side, Math.min(5, side / 5));
    pen.fill();
    if (this.#shown) {
      const { size } = this.#shown;
      pen.save();
      pen.clip();
      pen.drawImage(this.#atlas, i * size, 0, size, size, x, y, side, side);
      pen.restore();
    }
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
    const node = this.#wiring.nodes[i];
    const scores = node.column === this.#widths.length - 1;
    const several = scores && this.#classes > 2;
    const [low, high] = several
      ? [classes[0], classes[node.row]]
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
    const output = outputs?.[this.#wiring.nodes.indexOf(node)];
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
    this.#offer();
  }

  /** From now on tell what a click has chosen, and its number. */
  offer(onoffer) {
    this.#onoffer = onoffer;
    this.#offer();
  }

  #offer() {
    const { node, edge } = this.#chosen ?? {};
    const which = edge?.weight ?? node?.bias;
    const number = this.#shown?.parameters[which];
    const held = this.#held && number !== undefined;
    this.#onoffer(held ? { node, edge, which, number } : null);
  }

  #edgeWords({ from, to, weight }) {
    const number = short(this.#shown?.parameters[weight], 3);
    return `Weight ${number}, from ${this.#name(from)} to ${this.#name(to)}.`;
  }

  #nodeWords(node) {
    const name = this.#name(node);
    if (!this.#shown) return name;
    const { outputs, parameters } = this.#shown;
    const heights = outputs[this.#wiring.nodes.indexOf(node)];
    const ends = [Math.min, Math.max].map((end) =>
      short(
        heights.reduce((a, b) => end(a, b)),
        2,
      ),
    );
    const range = `from ${ends[0]} to ${ends[1]} on the plane`;
    if (!node.column) return `Input ${name}, ${range}.`;
    const own = this.#wiring.into(node);
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
    return this.#wiring.at(event.clientX - box.left, event.clientY - box.top);
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
    this.#offer();
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
    if (!from) return this.#choose({ node: this.#wiring.nodes[0] }, true);
    const column = within(from.column + across, this.#widths.length);
    const count = this.#widths[column];
    const place = across
      ? Math.floor((from.row / this.#widths[from.column]) * count)
      : from.row + down;
    const row = within(place, count);
    return this.#choose({ node: this.#wiring.column(column)[row] }, true);
  }

  #turn(way) {
    const node = this.#node;
    const own = this.#wiring.into(node);
    if (!own.length) return;
    this.#held = true;
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
