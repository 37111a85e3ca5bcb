// Python for a page: start it, run cells, call functions, stop it.
//
//   const python = new Python({ onprogress: (fraction, text) => {} });
//   await python.start();
//   await python.run("print(1 + 1)", { onoutput: ({ kind, text }) => {} });
//   await python.call("micrograd.datasets.xor", 100);
//   python.stop();
//
// Nothing is loaded before start().  Python runs in a worker, so the page
// stays responsive, and stop() ends even an endless loop.  Whatever ends it,
// all that waits is told, and onend() is called; the next question starts it
// anew.

import { keepOffline } from "./offline.mjs";

const TRIES = 3; // to load what it is made of
const PAUSE = 500; // milliseconds before the second of them

/**
 * An exception of Python; "Stopped" if the worker was ended, "StartError" if
 * it could not be started, "Ended" if Python broke down.
 */
export class PythonError extends Error {
  constructor({ name, message, traceback = "" }) {
    super(message);
    this.name = name;
    this.traceback = traceback;
  }
}

export class Python {
  #onprogress;
  #onend;
  #worker = null;
  #started = null; // the promise of start()
  #waiting = new Map(); // what is asked of the worker, by number
  #asked = 0;
  #tries = 0;

  constructor({ onprogress = () => {}, onend = () => {} } = {}) {
    this.#onprogress = onprogress;
    this.#onend = onend;
    // A page kept for the "back" button must not keep Python with it.
    addEventListener("pagehide", () => this.stop());
  }

  /** Whether a worker is there, ready or getting ready. */
  get running() {
    return this.#started !== null;
  }

  /** Load Python; resolves when it is ready.  Asking twice starts one. */
  start() {
    this.#started ??= this.#launch();
    return this.#started;
  }

  /** Run a cell; resolves to {ok}, after a stop to {ok: false, stopped}. */
  async run(source, { onoutput = () => {} } = {}) {
    try {
      return await this.#ask({ type: "run", source }, onoutput);
    } catch (error) {
      if (error.name === "Stopped") return { ok: false, stopped: true };
      throw error;
    }
  }

  /** Call package.module.function with arguments that JSON can write. */
  call(name, ...args) {
    return this.#ask({ type: "call", name, args });
  }

  /** End the worker, whatever it is doing, and forget all that it knew. */
  stop() {
    this.#worker?.terminate();
    this.#forget(new PythonError({ name: "Stopped", message: "stopped" }));
  }

  #launch() {
    this.#tries = 0;
    return new Promise((resolve, reject) => {
      this.#waiting.set("start", { resolve, reject });
      this.#onprogress(0, "loading Python");
      this.#open();
    });
  }

  #open() {
    const script = new URL("worker.mjs", import.meta.url);
    const worker = new Worker(script, { type: "module" });
    this.#tries += 1;
    this.#worker = worker;
    // What an earlier one still had to say is of no interest.
    const ours = (act) => (event) => this.#worker === worker && act(event);
    worker.onmessage = ours(({ data }) => this.#hear(data));
    worker.onerror = ours(({ message }) =>
      this.#fail(message || "its script could not be loaded"),
    );
  }

  async #ask(message, onoutput) {
    await this.start();
    const id = ++this.#asked;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject, onoutput });
      this.#worker.postMessage({ ...message, id });
    });
  }

  #hear(message) {
    const waiting = this.#waiting.get(message.id ?? "start");
    if (message.type === "progress") {
      this.#onprogress(message.fraction, message.text);
    } else if (message.type === "ready") {
      this.#waiting.delete("start");
      waiting?.resolve();
      keepOffline();
    } else if (message.type === "failed" || message.type === "ended") {
      this.#fail(message.text);
    } else if (message.type === "output") {
      waiting?.onoutput(message.output);
    } else if (message.type === "done") {
      this.#waiting.delete(message.id);
      if (message.error) waiting?.reject(new PythonError(message.error));
      else waiting?.resolve(message.value);
    }
  }

  /** The worker is of no use any more; while it starts, try another. */
  #fail(text) {
    this.#worker.terminate();
    this.#worker = null;
    if (!this.#waiting.has("start")) {
      const message = `Python broke down (${text}) and starts anew`;
      this.#forget(new PythonError({ name: "Ended", message }));
    } else if (this.#tries < TRIES) {
      this.#onprogress(0, `${text}; trying again`);
      const started = this.#started;
      setTimeout(
        () => this.#started === started && this.#open(),
        PAUSE * this.#tries,
      );
    } else {
      const message = `Python could not be started: ${text}`;
      this.#forget(new PythonError({ name: "StartError", message }));
    }
  }

  #forget(error) {
    const waiting = [...this.#waiting.values()];
    const ended = this.running;
    this.#worker = null;
    this.#started = null;
    this.#waiting.clear();
    for (const { reject } of waiting) reject(error);
    if (ended) this.#onend(error);
  }
}
