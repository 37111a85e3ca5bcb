// Letters in a plane: of their sixteen numbers, the two directions in which
// they differ most.  From one picture to the next these turn little, since
// each search begins at the last ones.

import { Chart } from "../chart.mjs";

const ROUNDS = 4; // of the search, for each picture
const TRAIL = 24; // places that are remembered
const VOWELS = "aeiouy";

const dot = (a, b) => a.reduce((sum, x, i) => sum + x * b[i], 0);

export class LetterMap extends Chart {
  #letters;
  #axes = null;
  #trails = []; // of each letter, the last places
  #size = 0; // what is shown, smoothed

  constructor(canvas, letters) {
    super(canvas);
    this.#letters = letters;
  }

  clear() {
    [this.#axes, this.#trails, this.#size] = [null, [], 0];
  }

  show({ rows }) {
    const middle = rows[0].map(
      (_, i) => rows.reduce((sum, row) => sum + row[i], 0) / rows.length,
    );
    const moved = rows.map((row) => row.map((x, i) => x - middle[i]));
    this.#turn(moved);
    const places = moved.map((row) => this.#axes.map((axis) => dot(axis, row)));
    const size = Math.max(...places.flat().map(Math.abs), 1e-9);
    this.#size = Math.max(size, 0.9 * this.#size + 0.1 * size);
    places.forEach((place, i) => {
      this.#trails[i] = [...(this.#trails[i] ?? []), place].slice(-TRAIL);
    });
    this.draw();
  }

  /** Some rounds of the power method, on what has been found before. */
  #turn(rows) {
    const count = rows[0].length;
    this.#axes ??= [0, 1].map((k) =>
      Array.from({ length: count }, (_, i) => Math.cos((k + 1) * (i + 1))),
    );
    const rounds = this.#size ? ROUNDS : 60;
    for (let round = 0; round < rounds; round++) {
      const [first, second] = this.#axes.map((axis) => {
        const along = rows.map((row) => dot(row, axis));
        return axis.map((_, i) =>
          rows.reduce((sum, row, k) => sum + along[k] * row[i], 0),
        );
      });
      const one = unit(first);
      const shared = dot(one, second);
      this.#axes = [one, unit(second.map((x, i) => x - shared * one[i]))];
    }
  }

  paint(pen, width, height) {
    const { classes, ground, font, text } = this.colours;
    const scale = Math.min(width, height) / 2 - 16;
    const at = ([x, y]) => [
      width / 2 + (x / this.#size) * Math.min(scale * 1.25, width / 2 - 16),
      height / 2 - (y / this.#size) * scale,
    ];
    const radius = width < 340 ? 9 : 11;
    pen.lineCap = "round";
    this.#trails.forEach((trail, i) => {
      pen.strokeStyle = css(classes[kind(this.#letters[i])], 0.28);
      pen.lineWidth = 2;
      pen.beginPath();
      for (const place of trail) pen.lineTo(...at(place));
      pen.stroke();
    });
    pen.font = `600 ${radius + 3}px ${font}`;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    this.#trails.forEach((trail, i) => {
      const [x, y] = at(trail.at(-1));
      const colour = classes[kind(this.#letters[i])];
      pen.beginPath();
      pen.arc(x, y, radius, 0, 7);
      pen.fillStyle = ground;
      pen.fill();
      pen.fillStyle = css(colour, 0.2);
      pen.strokeStyle = css(colour, 0.9);
      pen.lineWidth = 1.25;
      pen.fill();
      pen.stroke();
      pen.fillStyle = text;
      pen.fillText(this.#letters[i], x, y + 0.5);
    });
    pen.textBaseline = "alphabetic";
  }
}

const unit = (row) => {
  const size = Math.sqrt(dot(row, row)) || 1;
  return row.map((x) => x / size);
};

const kind = (letter) => (letter === "." ? 2 : VOWELS.includes(letter) ? 1 : 0);

const css = ([r, g, b], alpha) => `rgb(${r} ${g} ${b} / ${alpha})`;
