// How fine the plane is computed: as fine as takes a moment.

// Points along each side, if Python has to compute them, and if not; and how
// many milliseconds a picture of the plane may take.
const IN_PYTHON = { least: 20, most: 56, paused: 64, lines: 24, slow: 22 };
const NATIVE = { least: 32, most: 96, paused: 128, lines: 48, slow: 5 };

export class Grid {
  #trainer;
  #size = 32;

  constructor(trainer) {
    this.#trainer = trainer;
  }

  get #limits() {
    return this.#trainer.native ? NATIVE : IN_PYTHON;
  }

  /** Points along each side. */
  size(playing) {
    return playing ? this.#size : this.#limits.paused;
  }

  /** Of the zero lines of neurons. */
  get lines() {
    return this.#limits.lines;
  }

  /** Learn from how long a picture took. */
  adapt({ size, seconds }) {
    const { slow, least, most, paused } = this.#limits;
    if (size === paused) return;
    const wanted = size * Math.sqrt(slow / 1000 / Math.max(seconds, 1e-4));
    const next = 0.7 * size + 0.3 * wanted;
    this.#size = Math.round(Math.min(Math.max(next, least), most));
  }
}
