// Canvases, and curves of numbers by step, which the pages that train draw.

import { cleared, onceAFrame, rounded } from "./page.mjs";

const MOST = 1500; // pairs kept; then two become one
const PAUSE = 100; // milliseconds between two drawings

/** Numbers at steps; long runs are kept as means of stretches. */
export class Series {
  steps = [];
  numbers = [];
  #stretch = 1;
  #open = []; // of the stretch that is not complete

  add(step, number) {
    if (!Number.isFinite(number)) return;
    this.#open.push(number);
    if (this.#open.length < this.#stretch) return;
    this.steps.push(step);
    this.numbers.push(mean(this.#open));
    this.#open = [];
    if (this.steps.length >= MOST) this.#halve();
  }

  /** Forget what came after a step. */
  cut(step) {
    const later = this.steps.findIndex((one) => one > step);
    if (later >= 0) this.steps.length = this.numbers.length = later;
    this.#open = [];
  }

  static copy({ steps, numbers }) {
    return { steps: [...steps], numbers: [...numbers] };
  }

  #halve() {
    this.#stretch *= 2;
    const pairs = (list, make) =>
      list
        .filter((_, i) => i % 2)
        .map((second, i) => make(list[2 * i], second));
    this.numbers = pairs(this.numbers, (a, b) => (a + b) / 2);
    this.steps = pairs(this.steps, (_, b) => b);
  }
}

const mean = (list) => list.reduce((sum, x) => sum + x, 0) / list.length;

/** A canvas that is drawn again when its size or the theme changes. */
export class Chart {
  colours = null;

  #canvas;

  constructor(canvas, pause = PAUSE) {
    this.#canvas = canvas;
    this.draw = onceAFrame(() => {
      if (this.colours && canvas.clientWidth) this.#draw();
    }, pause);
    new ResizeObserver(() => this.draw()).observe(canvas);
  }

  recolour(colours) {
    this.colours = colours;
    this.draw();
  }

  #draw() {
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    const pixel = devicePixelRatio;
    const pen = cleared(this.#canvas, width * pixel, height * pixel);
    pen.scale(pixel, pixel);
    pen.font = `11px ${this.colours.font}`;
    this.paint(pen, width, height);
  }
}

/** Lines at 0, a half and 1, and the steps below. */
export function frame(pen, box, last, { line: rule, muted }) {
  pen.strokeStyle = rule;
  pen.lineWidth = 1;
  for (const part of [0, 0.5, 1]) {
    const y = box.bottom - part * (box.bottom - box.top);
    pen.beginPath();
    pen.moveTo(box.left, Math.round(y) + 0.5);
    pen.lineTo(box.right, Math.round(y) + 0.5);
    pen.stroke();
  }
  pen.fillStyle = muted;
  pen.textAlign = "left";
  pen.fillText("step 0", box.left, box.bottom + 16);
  pen.textAlign = "right";
  pen.fillText(last.toLocaleString("en"), box.right, box.bottom + 16);
}

/** Numbers at those lines. */
export function scale(pen, box, highest, colour, lowest = 0) {
  pen.textAlign = "right";
  pen.fillStyle = colour;
  for (const part of [0, 0.5, 1]) {
    const y = box.bottom - part * (box.bottom - box.top);
    const number = lowest + part * (highest - lowest);
    pen.fillText(rounded(number), box.left - 6, y + 4);
  }
}

/** A round number above all of these. */
export function ceiling(numbers) {
  const highest = Math.max(...numbers, 0.01);
  const power = 10 ** Math.floor(Math.log10(highest));
  const round = [1, 1.5, 2, 3, 4, 5, 6, 8, 10];
  return power * (round.find((one) => one * power >= highest) ?? 10);
}

export function line(pen, xs, ys, colour, dash = [], width = 1.75) {
  pen.beginPath();
  xs.forEach((x, i) => pen.lineTo(x, ys[i]));
  pen.strokeStyle = colour;
  pen.lineWidth = width;
  pen.lineJoin = "round";
  pen.setLineDash(dash);
  pen.stroke();
  pen.setLineDash([]);
}
