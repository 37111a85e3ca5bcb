// Run A: kept from the run of now, forgotten, or made again from an address.
// It is loaded when it is first asked for.

import { Compare } from "./compare.mjs";
import { VIEW, read, write } from "./settings.mjs";

const FINE = 96; // points along each side of its plane

export class Runs {
  #page;

  /** `page` is what all parts have in common; `now` are the colours. */
  constructor(page, now) {
    this.#page = page;
    this.compare = new Compare(page.root, (...one) => page.form.told(...one));
    this.compare.recolour(now);
    this.compare.harden(page.state.view.discrete);
  }

  async keep() {
    const { state, data, trainer, curves, attempt } = this.#page;
    const steps = Math.max(trainer.step, 1);
    const view = { ...VIEW, until: steps };
    const address = write(state.settings, view, data.edits);
    const asked = trainer.look(["boundary", FINE], ["table"]);
    const looked = await attempt(asked);
    if (!looked) return;
    this.compare.keep({
      ...this.#page.told(),
      address,
      boundary: looked[0],
      table: looked[1],
      made: state.made,
      points: data.points.map((one) => [...one]),
      test: new Set(data.test),
    });
    curves.a = curves.kept;
    curves.draw();
    state.view.a = address;
    this.compare.now(this.#page.told());
    this.#page.address.soon();
    this.#page.say("Run A is kept. Change a setting, and press Play.");
  }

  forget() {
    const { state, curves } = this.#page;
    this.compare.forget();
    curves.a = null;
    curves.draw();
    state.view.a = "";
    this.#page.address.soon();
  }

  /** Make the run of an address again, step by step, and keep it as A. */
  async recall(address) {
    const { state, data, trainer, begin, attempt, say } = this.#page;
    const own = [state.settings, state.view, data.edits];
    const { settings, view, edits } = read(address);
    Object.assign(state, { settings, view: { ...VIEW, until: view.until } });
    data.edits = edits;
    if (await begin()) {
      say(`Training run A, ${view.until.toLocaleString("en")} steps.`);
      await attempt(trainer.advance(view.until));
      await this.keep();
    }
    [state.settings, state.view, data.edits] = own;
    state.view.a = address;
  }
}
