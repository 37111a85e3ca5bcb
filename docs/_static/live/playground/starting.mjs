// Loading Python: at Start, and when a reader comes back to the page.

export const BEGIN = "page_programs.playground.begin";

// Buttons that wait while Python is loading.
const NEEDING_PYTHON = ".pg-transport button, [data-do=script], [data-do=keep]";

export class Starting {
  started = false; // whether a reader has asked for Python

  #root;
  #say;
  #python = null; // not before Start

  /** `say(text)` shows what loads once the button is gone. */
  constructor(root, say) {
    this.#root = root;
    this.#say = say;
  }

  /** Call a function of Python; one that has ended can only begin. */
  async call(name, ...given) {
    try {
      if (this.ended && name !== BEGIN) throw new Error("Python has ended");
      return await this.#python.call(name, ...given);
    } catch (error) {
      if (this.ended) error.message += ". Play starts it again.";
      throw error;
    }
  }

  async #load() {
    const { Python } = await import("../runtime.mjs");
    this.#python ??= new Python({
      onprogress: (fraction, text) => this.#progress(fraction, text),
    });
    return this.#python.start();
  }

  /** Whether Python has ended, with the page that was left. */
  get ended() {
    return this.started && !this.#python.running;
  }

  #find(selector) {
    return this.#root.querySelector(selector);
  }

  #progress(fraction, text) {
    if (this.started) return this.#say(fraction < 1 ? `${text} …` : "");
    this.#find(".pg-start progress").value = fraction;
    this.#find(".pg-start-text").textContent = `${text} …`;
  }

  /** Say how much it loads: here, and at buttons that do not look like it. */
  tell(size) {
    this.#find(".pg-start-size").textContent = size;
    const [much] = size.split(",");
    for (const one of this.#root.querySelectorAll(".pg-loads")) {
      one.textContent = much && ` (loads ${much})`;
    }
  }

  /** Let what needs Python wait, or no longer. */
  wait(on) {
    const own = this.#find(".pg-start-button");
    const all = [own, ...this.#root.querySelectorAll(NEEDING_PYTHON)];
    for (const one of all) if (one) one.disabled = on;
  }

  /** Load Python, unless it is being loaded; whether it is there. */
  async start() {
    if (this.#find(".pg-start-button").disabled) return false;
    this.wait(true);
    this.#find(".pg-start progress").hidden = false;
    try {
      await this.#load();
    } catch (error) {
      this.#find(".pg-start-text").textContent =
        `${error.message}. Start tries it again.`;
      this.#find(".pg-start progress").hidden = true;
      this.wait(false);
      return false;
    }
    this.started = true;
    this.#root.classList.add("pg-started");
    this.#find(".pg-start").remove();
    for (const one of this.#root.querySelectorAll(".pg-loads")) one.remove();
    return true;
  }
}
