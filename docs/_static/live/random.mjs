// Random numbers as Python draws them.

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

  /** A number from 0 up to 1. */
  random() {
    return Number(this.random32() >> 8n) / 2 ** 24;
  }

  shuffle(items) {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      [items[i], items[j]] = [items[j], items[i]];
    }
  }
}
