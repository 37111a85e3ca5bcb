// The loss at each step, and how much of the data is right.

import { onceAFrame, rounded } from "./page.mjs";

const MOST = 1500; // pairs kept; then two become one
const PAUSE = 100; // milliseconds between two drawings

/** Numbers at steps; long runs are kept as means of stretches. */
class Series {
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

export class Curves {
  #canvas;
  #colours = null;
  #loss = new Series();
  #right = new Series();
  draw = onceAFrame(() => {
    if (this.#colours) this.#draw();
  }, PAUSE);

  constructor(canvas) {
    this.#canvas = canvas;
    new ResizeObserver(() => this.draw()).observe(canvas);
  }

  clear() {
    this.#loss = new Series();
    this.#right = new Series();
    this.draw();
  }

  /** Go back to a step. */
  cut(step) {
    this.#loss.cut(step);
    this.#right.cut(step);
    this.draw();
  }

  /** The losses of the steps up to `step`. */
  losses(step, losses) {
    const first = step - losses.length + 1;
    losses.forEach((loss, i) => this.#loss.add(first + i, loss));
    this.draw();
  }

  right(step, share) {
    const { steps } = this.#right;
    if (share === null || steps.at(-1) === step) return;
    this.#right.add(step, share);
    this.draw();
  }

  recolour(colours) {
    this.#colours = colours;
    this.draw();
  }

  #draw() {
    const canvas = this.#canvas;
    const { clientWidth: width, clientHeight: height } = canvas;
    if (!width) return;
    canvas.width = width * devicePixelRatio;
    canvas.height = height * devicePixelRatio;
    const pen = canvas.getContext("2d");
    pen.scale(devicePixelRatio, devicePixelRatio);
    const { loss, accuracy, muted, font } = this.#colours;
    pen.font = `11px ${font}`;
    const box = { left: 40, top: 10, right: width - 42, bottom: height - 22 };
    const last = Math.max(this.#loss.steps.at(-1) ?? 0, 10);
    const highest = ceiling(this.#loss.numbers);
    this.#frame(pen, box, last, highest);
    const x = (step) => box.left + (step / last) * (box.right - box.left);
    const y = (part) => box.bottom - part * (box.bottom - box.top);
    pen.fillStyle = pen.strokeStyle = muted;
    const scaled = this.#loss.numbers.map((one) => Math.min(one / highest, 1));
    line(pen, this.#loss.steps.map(x), scaled.map(y), loss, []);
    const right = this.#right.numbers.map(y);
    line(pen, this.#right.steps.map(x), right, accuracy, [6, 3]);
  }

  #frame(pen, box, last, highest) {
    const { line: rule, loss, accuracy, muted } = this.#colours;
    for (const part of [0, 0.5, 1]) {
      const y = box.bottom - part * (box.bottom - box.top);
      pen.strokeStyle = rule;
      pen.lineWidth = 1;
      pen.beginPath();
      pen.moveTo(box.left, Math.round(y) + 0.5);
      pen.lineTo(box.right, Math.round(y) + 0.5);
      pen.stroke();
      pen.textAlign = "right";
      pen.fillStyle = loss;
      pen.fillText(rounded(part * highest), box.left - 6, y + 4);
      pen.textAlign = "left";
      pen.fillStyle = accuracy;
      pen.fillText(`${100 * part} %`, box.right + 6, y + 4);
    }
    pen.fillStyle = muted;
    pen.textAlign = "left";
    pen.fillText("step 0", box.left, box.bottom + 16);
    pen.textAlign = "right";
    pen.fillText(last.toLocaleString("en"), box.right, box.bottom + 16);
  }
}

/** A round number above nearly all losses; a few early ones may be cut. */
function ceiling(numbers) {
  const highest = Math.max(...numbers.slice(0, 400), 0.01);
  const power = 10 ** Math.floor(Math.log10(highest));
  const round = [1, 1.5, 2, 3, 4, 5, 6, 8, 10];
  return power * (round.find((one) => one * power >= highest) ?? 10);
}

function line(pen, xs, ys, colour, dash) {
  pen.beginPath();
  xs.forEach((x, i) => pen.lineTo(x, ys[i]));
  pen.strokeStyle = colour;
  pen.lineWidth = 1.75;
  pen.lineJoin = "round";
  pen.setLineDash(dash);
  pen.stroke();
  pen.setLineDash([]);
}
