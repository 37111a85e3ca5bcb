// The loss of the names that are learned, and of those that are not.

import { Chart, Series, frame, line, scale } from "../chart.mjs";

const GUESS = Math.log(27); // the loss of guessing
const [LOWEST, HIGHEST] = [1.5, 3.5]; // what is drawn of all losses
const SMOOTH = 0.93; // the share of the mean in the next one
const TESTS = 10; // of which the mean is taken: together, all unseen names

export class Curve extends Chart {
  #losses = new Series();
  #smooth = new Series();
  #unseen = new Series();
  #mean = 0;
  #weight = 0;
  #tests = [];

  clear() {
    this.#losses = new Series();
    this.#smooth = new Series();
    this.#unseen = new Series();
    [this.#mean, this.#weight, this.#tests] = [0, 0, []];
    this.draw();
  }

  /** The mean of the last losses. */
  get loss() {
    return this.#weight ? this.#mean / this.#weight : NaN;
  }

  get unseen() {
    return this.#unseen.numbers.at(-1) ?? NaN;
  }

  add(step, losses) {
    const first = step - losses.length + 1;
    losses.forEach((loss, i) => {
      this.#mean = SMOOTH * this.#mean + (1 - SMOOTH) * loss;
      this.#weight = SMOOTH * this.#weight + (1 - SMOOTH);
      this.#losses.add(first + i, loss);
      this.#smooth.add(first + i, this.loss);
    });
    this.draw();
  }

  test(test) {
    const { step } = test;
    if (step === 0) this.#tests = [];
    this.#tests = [...this.#tests, test].slice(-TESTS);
    const total = (name) =>
      this.#tests.reduce((sum, one) => sum + one[name], 0);
    if (this.#unseen.steps.at(-1) !== step) {
      this.#unseen.add(step, total("sum") / total("count"));
    }
    this.draw();
  }

  paint(pen, width, height) {
    const { loss, accuracy, muted } = this.colours;
    const box = { left: 30, top: 10, right: width - 8, bottom: height - 22 };
    const last = Math.max(this.#losses.steps.at(-1) ?? 0, 100);
    frame(pen, box, last, this.colours);
    scale(pen, box, HIGHEST, muted, LOWEST);
    const x = (step) => box.left + (step / last) * (box.right - box.left);
    const y = (number) => {
      const part = (number - LOWEST) / (HIGHEST - LOWEST);
      const within = Math.min(Math.max(part, 0), 1);
      return box.bottom - within * (box.bottom - box.top);
    };
    const draw = ({ steps, numbers }, ...style) =>
      line(pen, steps.map(x), numbers.map(y), ...style);
    line(pen, [box.left, box.right], [y(GUESS), y(GUESS)], muted, [2, 4], 1.2);
    pen.globalAlpha = 0.22;
    draw(this.#losses, loss, [], 1);
    pen.globalAlpha = 1;
    draw(this.#smooth, loss, [], 2);
    draw(this.#unseen, accuracy, [6, 3]);
  }
}
