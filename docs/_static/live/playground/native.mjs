// A network in training as WebAssembly, without Python: its steps, its
// batches, and what it says about points.
//
// Python records the step and the network once, and hands them over as
// modules (page_programs.playground: native, network).  What a cell of their
// memory is, their section "micrograd" says.  This file knows of no page, so
// tests run it in node.

import { Program, bytesOf } from "../program.mjs";
import { XorShift } from "../random.mjs";

const KEPT = 50; // steps that can be taken back

/** The last steps, each as the memory was before it. */
class Past {
  #moments = []; // made once, then used again
  #count = 0;
  #newest = -1;

  get newest() {
    return this.#count ? this.#moments[this.#newest] : null;
  }

  clear() {
    this.#moments = [];
    this.#count = 0;
  }

  /** Keep numbers, and what else a step changes. */
  push(numbers, more) {
    this.#newest = (this.#newest + 1) % KEPT;
    const moment = (this.#moments[this.#newest] ??= {
      numbers: new Float64Array(numbers.length),
    });
    moment.numbers.set(numbers);
    moment.more = more;
    this.#count = Math.min(this.#count + 1, KEPT);
  }

  pop() {
    const moment = this.newest;
    this.#newest = (this.#newest + KEPT - 1) % KEPT;
    this.#count -= 1;
    return moment;
  }
}

export class Native {
  step = 0;
  epoch = 0;
  loss = NaN; // of the last step
  error = ""; // why no step can be made
  key = ""; // of the step, for Python

  #network;
  #view; // what the network is shown on, and its widths
  #program = null; // the step
  #lanes = []; // where the rows of its numbers begin
  #own = null; // its cells that a step changes, but for the guard
  #past = new Past();
  #steps = 0; // of the optimiser, which may be younger
  #coefficients = { first: 0, rows: [], complete: false };
  #random;
  #samples = [];
  #size = 0; // of a batch
  #order = []; // of the samples in this epoch
  #at = 0; // where the next batch begins
  #full = false; // whether all samples are in the memory

  /** `network` and `native` are what Python's methods of these names gave. */
  constructor(network, native) {
    this.#network = new Program(bytesOf(network.network));
    this.#view = network;
    this.#random = new XorShift(network.random);
    this.renew(native);
  }

  /** Go on with other data, other coefficients, or another step. */
  renew(native) {
    const { samples, batch } = native;
    const same = JSON.stringify(samples) === JSON.stringify(this.#samples);
    if (!same || batch !== this.#size) this.#order = [];
    this.#samples = samples;
    this.#size = batch;
    this.#full = false;
    this.error = native.error;
    this.#steps = native.first;
    this.#coefficients = { first: native.first, rows: [] };
    this.extend(native);
    this.key = native.key;
    if (native.step) this.#begin(new Program(bytesOf(native.step)));
  }

  #begin(program) {
    const { data, numbers, state } = program.cells;
    const rows = this.#samples[0].length + 2; // and a share and the count
    const end = Math.max(
      program.cells.gradients[1],
      ...Object.values(state).flat(),
    );
    this.#program = program;
    this.#lanes = program.starts(numbers, rows);
    this.#own = program.memory.subarray(data[0], end);
    this.#past.clear();
  }

  // --- Training ---

  /** More of what the optimiser computes anew for each step. */
  extend({ first, coefficients, complete }) {
    const had = this.#coefficients;
    if (first !== had.first + had.rows.length) return; // for a step before
    const done = Math.max(this.#steps - had.first - KEPT, 0);
    const left = had.rows.slice(done);
    const rows = [...left, ...coefficients];
    this.#coefficients = { first: first - left.length, rows, complete };
  }

  /** From which step of the optimiser on there are no coefficients yet. */
  get unknown() {
    const { first, rows, complete } = this.#coefficients;
    return complete ? Infinity : first + rows.length;
  }

  /** For how many steps there are coefficients. */
  get provided() {
    return this.unknown - this.#steps;
  }

  /** Make a step; the loss, or NaN where training has diverged. */
  advance() {
    if (this.error) throw new Error(this.error);
    const { memory, cells, run } = this.#program;
    const { first, rows } = this.#coefficients;
    memory.set(
      rows[Math.min(this.#steps - first, rows.length - 1)],
      cells.coefficients[0],
    );
    const before = this.#past.newest;
    this.#keep();
    this.#fill();
    const loss = run();
    const made = memory[cells.guard] === 0;
    if (made) this.#steps += 1;
    if (!made || !Number.isFinite(loss)) {
      const kept = this.#past.pop();
      // Where the loss was a number.
      const { numbers } = before ?? kept;
      const count = cells.data[1] - cells.data[0];
      this.#own.set(numbers.subarray(0, count));
      return NaN;
    }
    this.step += 1;
    this.loss = loss;
    this.epoch += this.#at >= this.#order.length;
    return loss;
  }

  /** Remember what this step will change. */
  #keep() {
    const { step, epoch, loss } = this;
    const [steps, order, at] = [this.#steps, this.#order, this.#at];
    const random = this.#random.state;
    this.#past.push(this.#own, { step, epoch, loss, steps, order, at, random });
  }

  /** Take the last step back; whether there was one. */
  back() {
    if (!this.#past.newest) return false;
    const { numbers, more } = this.#past.pop();
    this.#own.set(numbers);
    this.step = more.step;
    this.epoch = more.epoch;
    this.loss = more.loss;
    this.#steps = more.steps;
    this.#order = more.order;
    this.#at = more.at;
    this.#random.state = more.random;
    return true;
  }

  /** Put the samples of the next batch into their lanes. */
  #fill() {
    const count = this.#samples.length;
    if (this.#at >= this.#order.length) {
      this.#order = this.#samples.map((_, i) => i);
      if (this.#size < count) this.#random.shuffle(this.#order);
      this.#at = 0;
    }
    const batch = this.#order.slice(this.#at, this.#at + this.#size);
    this.#at += batch.length;
    if (this.#full && batch.length === count) return; // they are there
    this.#full = batch.length === count;
    const { memory, cells } = this.#program;
    const [start, stop] = cells.numbers;
    const lanes = (stop - start) / this.#lanes.length;
    for (let lane = 0; lane < lanes; lane++) {
      // A sample that only fills a lane has the share 0, as in Python.
      const share = lane < batch.length ? 1 : 0;
      const sample = this.#samples[share ? batch[lane] : batch[0]];
      const numbers = [...sample, share, batch.length];
      numbers.forEach((x, i) => (memory[this.#lanes[i] + lane] = x));
    }
  }

  // --- Showing ---

  /** All numbers, as Playground.take in Python has them. */
  get numbers() {
    if (!this.#program) return null;
    const { cells } = this.#program;
    const plain = (row) => Array.from(this.#program.row(row));
    const state = Object.entries(cells.state);
    const count = cells.data[1] - cells.data[0];
    const before = this.#past.newest?.numbers ?? this.#own;
    return {
      data: plain(cells.data),
      gradients: plain(cells.gradients),
      state: Object.fromEntries(state.map(([name, row]) => [name, plain(row)])),
      before: Array.from(before.subarray(0, count)),
      steps: this.#steps,
      step: this.step,
      epoch: this.epoch,
    };
  }

  /** What its modules take of memory. */
  get bytes() {
    const programs = [this.#network, this.#program].filter(Boolean);
    return programs.reduce((sum, one) => sum + one.memory.byteLength, 0);
  }

  /** Some rows of the network for all of `xs` and `ys`: which, how many. */
  #shown(xs, ys, which, count) {
    const { cells, memory, run } = this.#network;
    if (this.#program) {
      const { data } = this.#program.cells;
      memory.set(this.#program.row(data), cells.data[0]);
    }
    const all = 2 * this.#view.widths.reduce((sum, one) => sum + one, 0);
    const rows = this.#network.starts(cells.results, all);
    const [x, y] = this.#network.starts(cells.numbers, 2);
    const tile = y - x;
    const found = Array.from(
      { length: count },
      () => new Float64Array(xs.length),
    );
    for (let start = 0; start < xs.length; start += tile) {
      const end = Math.min(start + tile, xs.length);
      memory.set(xs.subarray(start, end), x);
      memory.set(ys.subarray(start, end), y);
      run();
      found.forEach((row, i) => {
        const from = rows[which + i];
        row.set(memory.subarray(from, from + end - start), start);
      });
    }
    return found;
  }

  /** The scores of some points. */
  scores(xs, ys) {
    const { widths } = this.#view;
    const before = widths.slice(0, -1).reduce((sum, one) => sum + one, 0);
    return this.#shown(xs, ys, 2 * before, widths.at(-1));
  }

  /** The scores on a grid, for each output row by row from the top. */
  boundary(size) {
    return { size, scores: this.scores(...this.#grid(size)) };
  }

  /** The sum in each neuron of a layer, on a grid. */
  sums(layer, size) {
    const { widths } = this.#view;
    const before = widths.slice(0, layer).reduce((sum, one) => sum + one, 0);
    const points = this.#grid(size);
    return { size, sums: this.#shown(...points, 2 * before, widths[layer]) };
  }

  /** For each point what is predicted, and how much of it is right. */
  table() {
    const columns = [0, 1].map((k) =>
      Float64Array.from(this.#samples, (sample) => sample[k]),
    );
    const scores = this.scores(...columns);
    const each = this.#samples.map((_, i) =>
      chances(scores.map((row) => row[i])),
    );
    const predicted = each.map((row) => row.indexOf(Math.max(...row)));
    const right = predicted.filter((c, i) => c === wanted(this.#samples[i]));
    return {
      predicted,
      surest: each.map((row) => Math.max(...row)),
      accuracy: each.length ? right.length / each.length : null,
    };
  }

  /** Points of the square that is shown, as in page_programs.showing. */
  #grid(size) {
    const { middle, half } = this.#view;
    const ticks = Array.from(
      { length: size },
      (_, i) => half * ((2 * i) / (size - 1) - 1),
    );
    const xs = new Float64Array(size * size);
    const ys = new Float64Array(size * size);
    for (let k = 0; k < xs.length; k++) {
      xs[k] = middle[0] + ticks[k % size];
      ys[k] = middle[1] - ticks[Math.floor(k / size)];
    }
    return [xs, ys];
  }
}

/** The probability of each class; of two there is but one score. */
function chances(scores) {
  const all = scores.length === 1 ? [0, ...scores] : scores;
  const peak = Math.max(...all);
  const powers = all.map((score) => Math.exp(score - peak));
  const total = powers.reduce((sum, one) => sum + one, 0);
  return powers.map((power) => power / total);
}

/** The class of a sample: its target, or which of its targets is 1. */
function wanted([, , ...target]) {
  return target.length === 1 ? target[0] : target.indexOf(1);
}
