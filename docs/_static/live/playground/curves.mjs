// The loss at each step, and how much of the data is right.

import { Chart, Series, ceiling, frame, line, scale } from "../chart.mjs";

export class Curves extends Chart {
  a = null; // the curves of another run, as `kept` gave them

  #loss = new Series();
  #test = new Series(); // the loss on test points
  #right = new Series();

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

  paint(pen, width, height) {
    const { loss, test, accuracy, muted } = this.colours;
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
    frame(pen, box, last, this.colours);
    scale(pen, box, highest, loss);
    const x = (step) => box.left + (step / last) * (box.right - box.left);
    const y = (part) => box.bottom - part * (box.bottom - box.top);
    pen.textAlign = "left";
    pen.fillStyle = accuracy;
    for (const part of [0, 0.5, 1]) {
      pen.fillText(`${100 * part} %`, box.right + 6, y(part) + 4);
    }
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
}
