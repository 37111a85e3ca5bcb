// A worker of a page, asked from the page.

const HIDDEN = 250; // milliseconds between two frames that nobody sees

/** Until the next frame; where there is none, not for ever. */
export function frame() {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, HIDDEN);
    requestAnimationFrame(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** A worker that answers: ask(name, ...) calls what it has by that name. */
export class Helper {
  #worker;
  #waiting = new Map();
  #asked = 0;

  constructor(script) {
    this.#worker = new Worker(script, { type: "module" });
    this.#worker.onmessage = ({ data: { id, value, error } }) => {
      const { resolve, reject } = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (error === undefined) resolve(value);
      else reject(new Error(error));
    };
    this.#worker.onerror = () => this.stop();
  }

  ask(name, ...args) {
    if (!this.#worker) return Promise.reject(new Error("it has ended"));
    const id = ++this.#asked;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ id, name, args });
    });
  }

  stop() {
    this.#worker?.terminate();
    this.#worker = null;
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of waiting) reject(new Error("it has ended"));
  }
}
