// The loss at each step, and how much of the data is right.

import { cleared, onceAFrame, rounded } from "../page.mjs";

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

export class Curves {
  a = null; // the curves of another run, as `kept` gave them

  #canvas;
  #colours = null;
  #loss = new Series();
  #test = new Series(); // the loss on test points
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
    this.#test = new Series();
    this.#right = new Series();
    this.draw();
  }

  /** These curves, to be kept while others are drawn. */
  get kept() {
    const { copy } = Series;
    return [this.#loss, this.#test, this.#right].map(copy);
  }

  /** Go back to a step. */
  cut(step) {
    for (const one of [this.#loss, this.#test, this.#right]) one.cut(step);
    this.draw();
  }

  /** The losses of the steps up to `step`. */
  losses(step, losses) {
    const first = step - losses.length + 1;
    losses.forEach((loss, i) => this.#loss.add(first + i, loss));
    this.draw();
  }

  /** How good the network was after a step, as its table says. */
  judged(step, { train, test }) {
    const add = (series, number) => {
      if (number === null || series.steps.at(-1) >= step) return;
      series.add(step, number);
    };
    add(this.#right, train.accuracy);
    add(this.#test, test.loss);
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
    const pixel = devicePixelRatio;
    const pen = cleared(canvas, width * pixel, height * pixel);
    pen.scale(pixel, pixel);
    const { loss, test, accuracy, muted, font } = this.#colours;
    pen.font = `11px ${font}`;
    const box = { left: 40, top: 10, right: width - 42, bottom: height - 22 };
    const own = [this.#loss, this.#test, this.#right];
    const runs = this.a ? [own, this.a] : [own];
    const lasts = runs.flat().map(({ steps }) => steps.at(-1) ?? 0);
    const last = Math.max(...lasts, 10);
    const highest = Math.max(
      ...runs.map(([losses, tests]) =>
        ceiling([...losses.numbers.slice(0, 400), ...tests.numbers]),
      ),
    );
    this.#frame(pen, box, last, highest);
    const x = (step) => box.left + (step / last) * (box.right - box.left);
    const y = (part) => box.bottom - part * (box.bottom - box.top);
    const scaled = (one) => y(Math.min(one / highest, 1));
    const draw = ([losses, tests, rights], colours, width) => {
      const one = ({ steps, numbers }, place, colour, dash) =>
        line(pen, steps.map(x), numbers.map(place), colour, dash, width);
      one(rights, y, colours[2], [6, 3]);
      one(tests, scaled, colours[1], [2, 2]);
      one(losses, scaled, colours[0], []);
    };
    if (this.a) draw(this.a, [muted, muted, muted], 1.1);
    draw(own, [loss, test, accuracy], 1.75);
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
  const highest = Math.max(...numbers, 0.01);
  const power = 10 ** Math.floor(Math.log10(highest));
  const round = [1, 1.5, 2, 3, 4, 5, 6, 8, 10];
  return power * (round.find((one) => one * power >= highest) ?? 10);
}

function line(pen, xs, ys, colour, dash, width) {
  pen.beginPath();
  xs.forEach((x, i) => pen.lineTo(x, ys[i]));
  pen.strokeStyle = colour;
  pen.lineWidth = width;
  pen.lineJoin = "round";
  pen.setLineDash(dash);
  pen.stroke();
  pen.setLineDash([]);
}
