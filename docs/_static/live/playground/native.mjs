// A network in training as WebAssembly, without Python: its steps, its
// batches, and what it says about points.
//
// Python records the step and the network once, and hands them over as
// modules (page_programs.playground: native, network).  What a cell of their
// memory is, their section "micrograd" says.  This file knows of no page, so
// tests run it in node.

import { Program, bytesOf } from "../program.mjs";
import { XorShift } from "../random.mjs";
import { KEPT, Past } from "./past.mjs";
import { chances } from "./scores.mjs";

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
  #samples = []; // of all points
  #test = new Set(); // the positions of those that are only tested on
  #train = []; // the positions of the others
  #size = 0; // of a batch
  #order = []; // of the samples in this epoch
  #at = 0; // where the next batch begins
  #full = false; // whether all that are trained on are in the memory

  /** `network` and `native` are what Python's methods of these names gave. */
  constructor(network, native) {
    this.#see(network);
    this.#random = new XorShift(network.random);
    this.renew(native);
  }

  #see(network) {
    this.#network = new Program(bytesOf(network.network));
    this.#view = network;
  }

  /** Go on with other data, other coefficients, or another step. */
  renew(native) {
    const { samples, test, batch } = native;
    const same = JSON.stringify(samples) === JSON.stringify(this.#samples);
    if (!same || batch !== this.#size) this.#order = [];
    this.#samples = samples;
    this.#test = new Set(test);
    this.#train = samples.map((_, i) => i).filter((i) => !this.#test.has(i));
    if (native.network) this.#see(native); // it judges by another loss
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
    const rows = 2 + this.#view.targets + 2; // a share and the count, too
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
    const count = this.#train.length;
    if (this.#at >= this.#order.length) {
      this.#order = [...this.#train];
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

  /** Where in a row of results a layer's sums begin; the inputs are 0. */
  #sums(layer) {
    const [inputs, ...widths] = this.#view.widths;
    return widths.slice(0, layer).reduce((sum, n) => sum + 2 * n, inputs);
  }

  /**
   * What the network makes of points, given as columns of x, of y and
   * perhaps of targets: those of its results that are asked for, by number.
   */
  #shown(columns, which) {
    const { cells, memory, run } = this.#network;
    const { widths, targets } = this.#view;
    if (this.#program) {
      const { data } = this.#program.cells;
      memory.set(this.#program.row(data), cells.data[0]);
    }
    const all = this.#sums(widths.length - 1) + 1; // the loss is the last
    const rows = this.#network.starts(cells.results, all);
    const given = this.#network.starts(cells.numbers, 2 + targets + 2);
    const tile = given[1] - given[0];
    const count = columns[0].length;
    const found = which.map(() => new Float64Array(count));
    for (let start = 0; start < count; start += tile) {
      const end = Math.min(start + tile, count);
      columns.forEach((column, i) =>
        memory.set(column.subarray(start, end), given[i]),
      );
      run();
      found.forEach((row, i) => {
        const from = rows[which[i]];
        row.set(memory.subarray(from, from + end - start), start);
      });
    }
    return found;
  }

  /** The results that are the scores. */
  get #scores() {
    const layers = this.#view.widths.length - 1;
    const count = this.#view.widths[layers];
    return upTo(count, this.#sums(layers - 1) + count);
  }

  /** The scores on a grid, for each output row by row from the top. */
  boundary(size) {
    return { size, scores: this.#shown(this.#grid(size), this.#scores) };
  }

  /** The sum in each neuron of a layer, on a grid. */
  sums(layer, size) {
    const which = upTo(this.#view.widths[layer + 1], this.#sums(layer));
    return { size, sums: this.#shown(this.#grid(size), which) };
  }

  /** Each input and the output of each neuron, on a grid; parameters. */
  pictures(size) {
    const which = this.#view.widths.flatMap((count, i) =>
      upTo(count, i ? this.#sums(i - 1) + count : 0),
    );
    const outputs = this.#shown(this.#grid(size), which);
    const program = this.#program ?? this.#network;
    const parameters = program.row(program.cells.data).slice();
    return { size, outputs, parameters };
  }

  /** What one neuron puts out, or what one input is, on a grid. */
  neuron(column, row, size) {
    const { widths } = this.#view;
    const first = column ? this.#sums(column - 1) + widths[column] : 0;
    const [output] = this.#shown(this.#grid(size), [first + row]);
    return { size, output, column, row };
  }

  /** For each point what is predicted; how good that is, without penalty. */
  table() {
    const samples = this.#samples;
    const columns = upTo(2 + this.#view.targets).map((k) =>
      Float64Array.from(samples, (sample) => sample[k]),
    );
    const last = this.#sums(this.#view.widths.length - 1);
    const scores = this.#shown(columns, [...this.#scores, last]);
    const losses = scores.pop();
    const each = samples.map((_, i) => chances(scores.map((row) => row[i])));
    const predicted = each.map((row) => row.indexOf(Math.max(...row)));
    const judged = (positions) => ({
      loss: mean(positions.map((i) => losses[i])),
      accuracy: mean(
        positions.map((i) => Number(predicted[i] === wanted(samples[i]))),
      ),
    });
    return {
      predicted,
      surest: each.map((row) => Math.max(...row)),
      train: judged(this.#train),
      test: judged([...this.#test]),
    };
  }

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

/** So many whole numbers, from the first on. */
function upTo(count, first = 0) {
  return Array.from({ length: count }, (_, i) => first + i);
}

/** Nothing, if there is no number. */
function mean(numbers) {
  if (numbers.length === 0) return null;
  return numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
}

/** The class of a sample: its target, or which of its targets is 1. */
function wanted([, , ...target]) {
  return target.length === 1 ? target[0] : target.indexOf(1);
}
