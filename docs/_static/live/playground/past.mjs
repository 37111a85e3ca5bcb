// The last steps of a run, to be taken back.  It knows of no page.

export const KEPT = 50; // steps

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
