// The plane: what the network says about every point of it, and the data.

import { between, contour } from "./contour.mjs";
import { onceAFrame } from "../page.mjs";
import { chances, leader, leads, logOdds, mark } from "./scores.mjs";

const STRONGEST = 0.4; // opacity of the shading where the network is sure
const SURE = [Math.log(3), Math.log(19)]; // 75 % and 95 %

export class Plane {
  levels = false;
  discrete = false; // shows the class alone, not how sure it is
  points = []; // [x, y, class]
  test = new Set(); // the positions of those that are only tested on
  predicted = [];
  probe = null; // [x, y, class]
  scores = null;
  sums = null; // of one layer: what goes into its activations, grids
  highlit = -1; // a neuron of that layer
  neuron = null; // a grid: its output is shown instead of classes
  held = -1; // the point that is being dragged
  cursor = null; // of the keyboard, in positions from 0 to 1
  draw = onceAFrame(() => this.#draw());

  #canvas;
  #small;
  #colours = {};
  #shade = null; // the shading, a pixel for each point of the grid
  #marks = null; // the points as a canvas
  #form = ""; // of the points on it

  /** A small one has small points and no axes. */
  constructor(canvas, { small = false } = {}) {
    this.#canvas = canvas;
    this.#small = small;
    this.set({ middle: [0, 0], half: 1, classes: 2 });
    new ResizeObserver(() => this.draw()).observe(canvas);
  }

  set({ middle, half, classes }) {
    Object.assign(this, { middle, half, classes });
    this.#form = "";
    this.scores = this.sums = this.neuron = null;
    this.predicted = [];
  }

  /** The colours of the page, which change with its theme. */
  recolour(colours) {
    this.#colours = colours;
    this.#shade = null;
    this.#form = "";
    this.draw();
  }

  show({ size, scores }) {
    this.scores = { size, each: scores.map((one) => Float64Array.from(one)) };
    this.#shade = null;
    this.draw();
  }

  /** Show what one neuron puts out, or the classes again. */
  look(neuron) {
    this.neuron = neuron && onGrid(neuron.output, neuron.size);
    this.#shade = null;
    this.draw();
  }

  /** Show only which class leads, or also by how much. */
  harden(discrete) {
    this.discrete = discrete;
    this.#shade = null;
    this.draw();
  }

  /** What the network says at a position, once it has been asked. */
  said([x, y]) {
    if (!this.scores) return null;
    const { size, each } = this.scores;
    const [u, v] = this.place([x, y]);
    const said = chances(each.map((one) => between(one, size, u, v)));
    const best = said.indexOf(Math.max(...said));
    return { class: best, chance: said[best] };
  }

  // --- Places: of the data, and from 0 to 1 from the top left ---

  place([x, y]) {
    const [a, b] = this.middle;
    return [0.5 + (x - a) / (2 * this.half), 0.5 - (y - b) / (2 * this.half)];
  }

  position([u, v]) {
    const [a, b] = this.middle;
    return [a + (2 * u - 1) * this.half, b + (1 - 2 * v) * this.half].map(
      (x) => Math.round(x * 1000) / 1000,
    );
  }

  /** The point next to a place, within so many pixels; -1 if none is. */
  near([u, v], reach) {
    const side = this.#canvas.clientWidth;
    let [found, least] = [-1, reach / side];
    this.points.forEach((point, i) => {
      const [s, t] = this.place(point);
      const distance = Math.hypot(s - u, t - v);
      if (distance < least) [found, least] = [i, distance];
    });
    return found;
  }

  // --- Drawing ---

  #draw() {
    const canvas = this.#canvas;
    const side = Math.round(canvas.clientWidth * devicePixelRatio);
    if (!side) return;
    if (canvas.width !== side) canvas.width = canvas.height = side;
    const pen = canvas.getContext("2d", { alpha: false });
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.fillStyle = this.#colours.ground;
    pen.fillRect(0, 0, side, side);
    const pixel = devicePixelRatio;
    if (this.scores) {
      this.#shade ??= this.#shading();
      pen.imageSmoothingQuality = "low"; // "high" takes four times as long
      // The first and the last points of the grid lie on the edges.
      const step = side / (this.#shade.width - 1);
      pen.drawImage(
        this.#shade,
        -step / 2,
        -step / 2,
        side + step,
        side + step,
      );
    }
    if (!this.#small) this.#drawAxes(pen, side, pixel);
    if (this.scores) this.#drawLines(pen, side, pixel);
    pen.drawImage(this.#marked(side), 0, 0);
    if (this.probe) this.#drawProbe(pen, side, pixel);
    if (this.cursor) this.#drawCursor(pen, side, pixel);
  }

  #shading() {
    const { size, each } = this.scores;
    if (this.neuron) {
      const heights = this.neuron;
      const most = heights.reduce((m, x) => Math.max(m, Math.abs(x)), 1);
      return this.#shaded(heights.size, (i) => {
        const lead = heights[i] / most;
        return [Number(lead > 0), Math.abs(lead)];
      });
    }
    const scores = new Float64Array(each.length);
    return this.#shaded(size, (i) => {
      for (let n = 0; n < each.length; n++) scores[n] = each[n][i];
      return leader(scores);
    });
  }

  /** A picture of a grid: for each point a class, and how strong it is. */
  #shaded(size, of) {
    const shade = new OffscreenCanvas(size, size);
    const pen = shade.getContext("2d");
    const image = pen.createImageData(size, size);
    for (let i = 0, k = 0; i < size * size; i++, k += 4) {
      const [best, lead] = of(i);
      const [red, green, blue] = this.#colours.classes[best];
      image.data[k] = red;
      image.data[k + 1] = green;
      image.data[k + 2] = blue;
      image.data[k + 3] = 255 * STRONGEST * (this.discrete ? 1 : lead);
    }
    pen.putImageData(image, 0, 0);
    return shade;
  }

  #drawAxes(pen, side, pixel) {
    const unit = this.half > 1.8 ? 1 : 0.5;
    pen.font = `${11 * pixel}px ${this.#colours.font}`;
    pen.lineWidth = pixel;
    const first = (a) => Math.ceil((a - this.half) / unit) * unit;
    const [a, b] = this.middle;
    for (let x = first(a); x < a + this.half; x += unit) {
      const u = this.place([x, 0])[0] * side;
      this.#tick(pen, [u, side], [u, side - 5 * pixel]);
      pen.textAlign = "center";
      if (u > 24 * pixel) pen.fillText(minus(x), u, side - 9 * pixel);
    }
    for (let y = first(b); y < b + this.half; y += unit) {
      const v = this.place([0, y])[1] * side;
      this.#tick(pen, [0, v], [5 * pixel, v]);
      pen.textAlign = "left";
      if (side - v > 24 * pixel) {
        pen.fillText(minus(y), 9 * pixel, v + 4 * pixel);
      }
    }
  }

  #tick(pen, from, to) {
    pen.strokeStyle = pen.fillStyle = this.#colours.muted;
    pen.beginPath();
    pen.moveTo(...from);
    pen.lineTo(...to);
    pen.stroke();
  }

  #drawLines(pen, side, pixel) {
    const { size, each } = this.scores;
    const stroke = (heights, level, colour, width, opacity = 1) => {
      pen.beginPath();
      contour(heights, heights.size ?? size, level, (x1, y1, x2, y2) => {
        pen.moveTo(x1 * side, y1 * side);
        pen.lineTo(x2 * side, y2 * side);
      });
      pen.strokeStyle = colour;
      pen.lineWidth = width * pixel;
      pen.globalAlpha = opacity;
      pen.stroke();
      pen.globalAlpha = 1;
    };
    const { text } = this.#colours;
    if (this.neuron) return stroke(this.neuron, 0, text, 1.75);
    this.sums?.forEach((heights, i) => {
      const lit = i === this.highlit;
      stroke(heights, 0, text, lit ? 2.5 : 1, lit ? 1 : 0.4);
    });
    if (this.levels) {
      logOdds(each).forEach((heights, k) => {
        const colour = `rgb(${this.#colours.classes[k].join(" ")})`;
        for (const level of SURE) stroke(heights, level, colour, 1);
      });
    }
    for (const heights of leads(each)) stroke(heights, 0, text, 1.75);
  }

  /** The points, drawn again only if they have changed. */
  #marked(side) {
    const parts = [side, this.held, this.predicted, ...this.test, this.points];
    const form = parts.join(";");
    if (form === this.#form) return this.#marks;
    this.#form = form;
    this.#marks = new OffscreenCanvas(side, side);
    const pen = this.#marks.getContext("2d");
    this.points.forEach((point, i) => this.#drawPoint(pen, side, point, i));
    return this.#marks;
  }

  #drawPoint(pen, side, [x, y, c], i) {
    const [u, v] = this.place([x, y]);
    const pixel = devicePixelRatio;
    const wrong = this.predicted[i] !== undefined && this.predicted[i] !== c;
    const small = this.#small ? 0.55 : 1;
    const radius = (i === this.held ? 7.5 : 5) * pixel * small;
    const { text, ground } = this.#colours;
    const colour = `rgb(${this.#colours.classes[c].join(" ")})`;
    const held = this.test.has(i);
    const stroke = (style, width, more = 0) => {
      pen.beginPath();
      mark(pen, c, u * side, v * side, radius + more * pixel);
      pen.strokeStyle = style;
      pen.lineWidth = width * pixel * small;
      pen.stroke();
    };
    pen.beginPath();
    mark(pen, c, u * side, v * side, radius);
    pen.fillStyle = held ? ground : colour;
    pen.fill();
    if (held) stroke(ground, 4);
    if (held) stroke(colour, 2.25);
    if (wrong) stroke(text, held ? 1.5 : 2.25, held ? 2 : 0);
    else if (!held) stroke(ground, 1);
  }

  #drawProbe(pen, side, pixel) {
    const [u, v] = this.place(this.probe).map((one) => one * side);
    const draw = (colour, width) => {
      pen.strokeStyle = colour;
      pen.lineWidth = width * pixel;
      pen.beginPath();
      pen.arc(u, v, 10 * pixel, 0, 2 * Math.PI);
      for (const [s, t] of [
        [1, 0],
        [-1, 0],
        [0, 1],
        [0, -1],
      ]) {
        pen.moveTo(u + 6 * s * pixel, v + 6 * t * pixel);
        pen.lineTo(u + 16 * s * pixel, v + 16 * t * pixel);
      }
      pen.stroke();
    };
    draw(this.#colours.ground, 4);
    draw(this.#colours.text, 1.75);
    pen.beginPath();
    mark(pen, this.probe[2], u, v, 3.5 * pixel);
    pen.fillStyle = `rgb(${this.#colours.classes[this.probe[2]].join(" ")})`;
    pen.fill();
  }

  #drawCursor(pen, side, pixel) {
    const [u, v] = this.cursor.map((one) => one * side);
    pen.strokeStyle = this.#colours.text;
    pen.lineWidth = pixel;
    pen.setLineDash([3 * pixel, 3 * pixel]);
    pen.beginPath();
    pen.moveTo(u, 0);
    pen.lineTo(u, side);
    pen.moveTo(0, v);
    pen.lineTo(side, v);
    pen.stroke();
    pen.setLineDash([]);
  }
}

/** Numbers on a grid that may be finer or coarser than that of the scores. */
export const onGrid = (numbers, size) =>
  Object.assign(Float64Array.from(numbers), { size });

const minus = (x) => String(Math.round(x * 100) / 100).replace("-", "−");
