// A GPT in training as WebAssembly, without Python: its steps, the names that
// it makes up, and what it sees in a name.
//
// Python has recorded a step and the reading of a name when the site was
// built (page_programs.gpt_modules).  This file knows of no page, so tests
// run it in node.

import { Program } from "../program.mjs";
import { XorShift } from "../random.mjs";

const HEAT = 0.6; // as in gpt.py: less makes safer names
const SEED = 1; // of the names that are made up
const SHARE = 10; // of the unseen names, read at a time: one in so many

export class Run {
  /** What it is made of. */
  static files = [
    "step.wasm",
    "look.wasm",
    "coefficients.bin",
    "about.json",
    "names.json",
  ];

  step = 0;
  letters = 0; // that it has been trained on

  #train;
  #read;
  #about;
  #coefficients;
  #width; // of a row: as many numbers as letters
  #names;
  #unseen;
  #known; // all of both
  #random = new XorShift(SEED);
  #start; // what a reset goes back to
  #turn = 0; // which share of the unseen names is next

  /** `files` by name: bytes, and what JSON files say. */
  constructor(files) {
    this.#train = new Program(files["step.wasm"]);
    this.#read = new Program(files["look.wasm"]);
    this.#about = files["about.json"];
    this.#coefficients = new Float64Array(files["coefficients.bin"]);
    this.#width = this.#about.letters.length;
    ({ names: this.#names, unseen: this.#unseen } = files["names.json"]);
    this.#known = new Set([...this.#names, ...this.#unseen]);
    this.#start = this.#train.memory.slice();
  }

  get longest() {
    return this.#about.positions - 1;
  }

  /** For how many steps there are coefficients of the optimiser. */
  get provided() {
    return this.#about.steps - this.step;
  }

  /** Put a name between dots, and rows of zeros after it. */
  #fill({ memory, cells }, text) {
    memory.fill(0, ...cells.numbers);
    [...text].forEach((letter, i) => {
      const place = this.#about.letters.indexOf(letter);
      memory[cells.numbers[0] + i * this.#width + place] = 1;
    });
  }

  /** Make a step; the loss, or NaN where training has diverged. */
  advance() {
    const { memory, cells, run } = this.#train;
    const name = this.#names[this.step % this.#names.length];
    this.#fill(this.#train, `.${name}.`);
    memory[cells.numbers[1] - 1] = name.length + 1; // letters to guess
    const [start, stop] = cells.coefficients;
    const count = stop - start;
    const from = this.step * count;
    memory.set(this.#coefficients.subarray(from, from + count), start);
    const loss = run();
    if (memory[cells.guard] !== 0 || !Number.isFinite(loss)) return NaN;
    this.step += 1;
    this.letters += name.length + 1;
    return loss;
  }

  /** Make so many steps; their losses. */
  train(count) {
    return Array.from({ length: count }, () => this.advance());
  }

  reset() {
    this.#train.memory.set(this.#start);
    this.#random = new XorShift(SEED);
    [this.step, this.letters, this.#turn] = [0, 0, 0];
  }

  /** How far it is, and what its modules take of memory. */
  progress() {
    const programs = [this.#train, this.#read];
    const bytes = programs.map(({ memory }) => memory.byteLength);
    return { letters: this.letters, bytes: bytes[0] + bytes[1] };
  }

  // --- Reading ---

  /** Let the module that reads have the parameters of now. */
  #share() {
    const data = this.#train.row(this.#train.cells.data);
    const { memory, cells } = this.#read;
    this.#about.read.forEach((place, i) => {
      memory[cells.data[0] + i] = data[place];
    });
  }

  /** Read a text; its results, not copied. */
  #results(text) {
    this.#fill(this.#read, text);
    this.#read.run();
    return this.#read.row(this.#read.cells.results);
  }

  /** Where the probabilities of a position begin, and its weights. */
  #place(i) {
    const { heads } = this.#about;
    return i * this.#width + (heads * i * (i + 1)) / 2;
  }

  #chances(results, i) {
    const start = this.#place(i);
    return results.subarray(start, start + this.#width);
  }

  /**
   * For each position of a name what is probable next, and for each head how
   * much of its attention goes to each position so far.
   */
  look(name) {
    this.#share();
    const results = this.#results(`.${name}`);
    const { heads } = this.#about;
    const positions = [...`.${name}`].map((letter, i) => {
      const start = this.#place(i) + this.#width;
      const weights = Array.from({ length: heads }, (_, head) =>
        Array.from(
          results.subarray(
            start + head * (i + 1),
            start + (head + 1) * (i + 1),
          ),
        ),
      );
      return { chances: Array.from(this.#chances(results, i)), weights };
    });
    return { name, positions };
  }

  /** The surprise at each letter of a name, and at its end. */
  #surprises(name) {
    const results = this.#results(`.${name}`);
    const { letters } = this.#about;
    return [...`${name}.`].map(
      (letter, i) =>
        -Math.log(this.#chances(results, i)[letters.indexOf(letter)]),
    );
  }

  /** The loss on names that are not trained on: a share of them. */
  test() {
    this.#share();
    const names = this.#unseen.filter((_, i) => i % SHARE === this.#turn);
    this.#turn = (this.#turn + 1) % SHARE;
    const each = names.flatMap((name) => this.#surprises(name));
    const sum = each.reduce((total, one) => total + one, 0);
    return { sum, count: each.length, step: this.step };
  }

  /** Make up a name, letter by letter. */
  #invent() {
    let name = "";
    while (name.length <= this.longest) {
      const results = this.#results(`.${name}`);
      const chances = this.#chances(results, name.length);
      const powers = Array.from(chances, (p) => p ** (1 / HEAT));
      let left = this.#random.random();
      left *= powers.reduce((sum, one) => sum + one, 0);
      const place = powers.findIndex((one) => (left -= one) < 0);
      if (place <= 0) break; // the dot, or the last bit of rounding
      if (name.length === this.longest) break;
      name += this.#about.letters[place];
    }
    return name;
  }

  /** Some names, and whether each is in the list. */
  invent(count) {
    this.#share();
    const names = Array.from({ length: count }, () => this.#invent());
    return {
      step: this.step,
      names: names.filter(Boolean).map((name) => [name, this.#known.has(name)]),
    };
  }

  /** The numbers of all letters, a row for each. */
  embeddings() {
    const [start] = this.#train.cells.data;
    const { memory } = this.#train;
    const wide = this.#about.width;
    return {
      rows: Array.from(this.#about.letters, (_, i) =>
        Array.from(memory.subarray(start + i * wide, start + (i + 1) * wide)),
      ),
    };
  }

  /** All parameters, for Python. */
  numbers() {
    return Array.from(this.#train.row(this.#train.cells.data));
  }
}
