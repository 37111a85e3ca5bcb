// What training as WebAssembly is made of: a module with its memory, the last
// steps, and the generator that draws batches.  It knows of no page.

export const KEPT = 50; // steps that can be taken back
const MASK = (1n << 64n) - 1n;

/** The generator of micrograd.datasets.XorShift, from a state on. */
export class XorShift {
  constructor(state) {
    this.state = BigInt(state);
  }

  random32() {
    let x = this.state;
    x ^= x >> 12n;
    x ^= (x << 25n) & MASK;
    x ^= x >> 27n;
    this.state = x;
    return ((x * 0x2545f4914f6cdd1dn) >> 32n) & 0xffffffffn;
  }

  /** A whole number from 0 to n - 1; n is at most 2 ** 32. */
  below(n) {
    return Number((this.random32() * BigInt(n)) >> 32n);
  }

  shuffle(items) {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      [items[i], items[j]] = [items[j], items[i]];
    }
  }
}

/** A module of micrograd's compiler, with its memory. */
export class Program {
  constructor(text) {
    const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
    const module = new WebAssembly.Module(bytes);
    const [told] = WebAssembly.Module.customSections(module, "micrograd");
    this.cells = JSON.parse(new TextDecoder().decode(told));
    const { exports } = new WebAssembly.Instance(module, { Math });
    this.run = exports.run;
    this.memory = new Float64Array(exports.memory.buffer);
  }

  /** The cells of a row of the manifest, not copied. */
  row([start, stop]) {
    return this.memory.subarray(start, stop);
  }

  /** Where each of `count` rows side by side begins. */
  starts([start, stop], count) {
    const stride = (stop - start) / count;
    return Array.from({ length: count }, (_, i) => start + i * stride);
  }
}

/** The last steps, each as the memory was before it. */
export class Past {
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
