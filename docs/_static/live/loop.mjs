// The loop of a worker that trains: it makes steps as long as it may, and
// tells of them when the page asks.
//
// What it trains has `step`, `advance()`, which gives a loss or NaN where
// training has diverged, and `provided`, for how many steps all is there.
// Whatever else it has, a report may ask for by name.

const SLICE = 8; // milliseconds of training until the page is listened to
const CHECK = 0.5; // milliseconds between two looks at the clock, about
const MOST = 20_000; // losses that nobody has asked for; then it waits

export class Loop {
  run = null;
  losses = [];

  #diverged; // what to say of it
  #after; // what to do after a step
  #spent = 0; // milliseconds on so many steps
  #made = 0;
  #playing = false;
  #ended = false; // by itself, and nobody knows yet
  #held = false; // while something is changed
  #until = 0;
  #pace = 0; // steps a second; 0: as many as there are
  #due = 0; // when the next step is, at a pace
  #error = "";
  #ask;
  #asked = false;

  constructor(diverged, after = () => {}) {
    [this.#diverged, this.#after] = [diverged, after];
    const { port1, port2 } = new MessageChannel();
    this.#ask = port1;
    port2.onmessage = () => this.#turn();
  }

  /** Train something else, from its beginning. */
  begin(run) {
    this.#playing = false;
    [this.losses, this.#error, this.#ended] = [[], "", false];
    this.run = run;
  }

  hold() {
    this.#held = true;
  }

  release() {
    this.#held = false;
    this.#soon();
  }

  play(wanted) {
    this.set(wanted);
    this.#due = performance.now();
    [this.#playing, this.#ended] = [true, false];
    this.#soon();
  }

  pause() {
    this.#playing = false;
  }

  set({ until, pace }) {
    if (pace !== this.#pace) this.#due = performance.now();
    [this.#until, this.#pace] = [until, pace];
  }

  /** Make up to so many steps within a moment. */
  advance(count) {
    const end = performance.now() + SLICE;
    do this.#step();
    while (!this.#error && --count > 0 && performance.now() < end);
    return this.report();
  }

  /** The answers to questions that change nothing. */
  show(questions) {
    return questions.map(([name, ...given]) => {
      const start = performance.now();
      const answer = this.run[name](...given);
      return { ...answer, seconds: (performance.now() - start) / 1000 };
    });
  }

  /** What happened since the last time, and the answers to questions. */
  report(questions = [], wanted = null) {
    if (wanted) this.set(wanted);
    const answers = this.show(questions);
    const { step } = this.run;
    const [losses, error, ended] = [this.losses, this.#error, this.#ended];
    [this.losses, this.#error, this.#ended] = [[], "", false];
    const [spent, made] = [this.#spent, this.#made];
    [this.#spent, this.#made] = [0, 0];
    return { losses, step, error, ended, answers, spent, made };
  }

  /** Make some steps after what the page may have said meanwhile. */
  #soon() {
    if (this.#asked || this.#held || !this.#playing) return;
    this.#asked = true;
    this.#ask.postMessage(0);
  }

  #turn() {
    this.#asked = false;
    if (this.#held || !this.#playing) return;
    const wait = this.#train();
    if (wait > 0) setTimeout(() => this.#soon(), wait);
    else this.#soon();
  }

  /** Train for a moment; how long to wait for the next, in milliseconds. */
  #train() {
    const end = performance.now() + SLICE;
    let [now, many] = [performance.now(), 1];
    while (this.#playing && now < end) {
      if (this.losses.length >= MOST || this.run.provided < 1) return SLICE;
      if (this.#pace && now < this.#due) return this.#due - now;
      const [start, step] = [now, this.run.step];
      for (let k = this.#pace ? 1 : many; k > 0 && this.#playing; k--) {
        this.#step();
      }
      now = performance.now();
      this.#spent += now - start;
      this.#made += this.run.step - step;
      if (this.#pace) {
        this.#due = Math.max(this.#due + 1000 / this.#pace, now - SLICE);
      }
      // As many steps as pass until the next look at the clock.
      if (now - start < CHECK) many = Math.min(2 * many, 64);
    }
    return 0;
  }

  #step() {
    if (this.run.provided < 1) return;
    try {
      const loss = this.run.advance();
      if (Number.isNaN(loss)) this.#error = this.#diverged(this.run);
      else {
        this.losses.push(loss);
        this.#after(this.run);
      }
    } catch (reason) {
      this.#error = reason.message;
    }
    if (this.#playing && (this.#error || this.run.step >= this.#until)) {
      this.#playing = false;
      this.#ended = true;
    }
  }
}

/** Answer a page's helper.mjs: each question names one of these. */
export function serve(acts) {
  addEventListener("message", async ({ data: { id, name, args } }) => {
    try {
      postMessage({ id, value: await acts[name](...args) });
    } catch (reason) {
      postMessage({ id, error: reason.message });
    }
  });
}
