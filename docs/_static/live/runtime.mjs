// Python for a page: start it, run cells, call functions, stop it.
//
//   const python = new Python({ onprogress: (fraction, text) => {} });
//   await python.start();
//   await python.run("print(1 + 1)", { onoutput: ({ kind, text }) => {} });
//   await python.call("micrograd.datasets.xor", 100);
//   python.stop();
//
// Nothing is loaded before start().  Python runs in a worker, so the page
// stays responsive, and stop() ends even an endless loop.

/** An exception of Python, or "Stopped" if the worker was ended. */
export class PythonError extends Error {
  constructor({ name, message, traceback = "" }) {
    super(message);
    this.name = name;
    this.traceback = traceback;
  }
}

export class Python {
  #onprogress;
  #worker = null;
  #started = null; // the promise of start()
  #waiting = new Map(); // what is asked of the worker, by number
  #asked = 0;

  constructor({ onprogress = () => {} } = {}) {
    this.#onprogress = onprogress;
    // A page kept for the "back" button must not keep Python with it.
    addEventListener("pagehide", () => this.stop());
  }

  /** Whether a worker is there, ready or getting ready. */
  get running() {
    return this.#worker !== null;
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
    const script = new URL("worker.mjs", import.meta.url);
    this.#onprogress(0, "loading Python");
    this.#worker = new Worker(script, { type: "module" });
    this.#worker.onmessage = ({ data }) => this.#hear(data);
    return new Promise((resolve, reject) => {
      this.#waiting.set("start", { resolve, reject });
      this.#worker.onerror = (event) =>
        this.#fail(event.message || "its script could not be loaded");
    });
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
      waiting?.resolve();
    } else if (message.type === "failed") {
      this.#fail(message.text);
    } else if (message.type === "output") {
      waiting?.onoutput(message.output);
    } else if (message.type === "done") {
      this.#waiting.delete(message.id);
      if (message.error) waiting?.reject(new PythonError(message.error));
      else waiting?.resolve(message.value);
    }
  }

  #fail(text) {
    this.#worker?.terminate();
    const message = `Python could not be started: ${text}`;
    this.#forget(new PythonError({ name: "StartError", message }));
  }

  #forget(error) {
    const waiting = [...this.#waiting.values()];
    this.#worker = null;
    this.#started = null;
    this.#waiting.clear();
    for (const { reject } of waiting) reject(error);
  }
}
