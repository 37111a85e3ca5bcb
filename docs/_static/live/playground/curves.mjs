// The loss at each step, and how much of the data is right.

import { Chart, Series, ceiling, frame, line, scale } from "../chart.mjs";

export class Curves extends Chart {
  #loss = new Series();
  #right = new Series();

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

  paint(pen, width, height) {
    const { loss, accuracy } = this.colours;
    const box = { left: 40, top: 10, right: width - 42, bottom: height - 22 };
    const last = Math.max(this.#loss.steps.at(-1) ?? 0, 10);
    const highest = ceiling(this.#loss.numbers);
    frame(pen, box, last, this.colours);
    scale(pen, box, highest, loss);
    pen.textAlign = "left";
    pen.fillStyle = accuracy;
    for (const part of [0, 0.5, 1]) {
      const y = box.bottom - part * (box.bottom - box.top);
      pen.fillText(`${100 * part} %`, box.right + 6, y + 4);
    }
    const x = (step) => box.left + (step / last) * (box.right - box.left);
    const y = (part) => box.bottom - part * (box.bottom - box.top);
    const scaled = this.#loss.numbers.map((one) => Math.min(one / highest, 1));
    line(pen, this.#loss.steps.map(x), scaled.map(y), loss);
    const right = this.#right.numbers.map(y);
    line(pen, this.#right.steps.map(x), right, accuracy, [6, 3]);
  }
}
