// What the buttons do.  It is loaded with the first click.

import { copy } from "../page.mjs";
import { setUntil } from "./viewed.mjs";

const MORE = 1000; // steps that Play goes on for, after the last one
const LEAST = 20; // steps of a program to copy

/** What each button does, by its name. */
export function actsOf(page) {
  const { state, data, trainer, curves, graph, address, say, attempt } = page;
  return {
    play() {
      if (trainer.playing) return trainer.pause();
      if (trainer.step >= state.view.until) setUntil(page, trainer.step + MORE);
      return trainer.play();
    },
    step: () => attempt(trainer.advance(1)),
    async back() {
      if (trainer.playing) trainer.pause();
      const told = await attempt(trainer.back());
      if (!told) return say("No step before this one is kept.");
      curves.cut(told.step);
      state.newest = told.step ? told.loss : undefined;
      page.showProgress();
      return say(`Back at step ${told.step.toLocaleString("en")}.`);
    },
    epoch() {
      const count = data.points.length - data.test.size;
      const size = state.settings.batch || count;
      const steps = Math.ceil(count / Math.min(size, count));
      return attempt(trainer.advance(steps || 1));
    },
    reset: page.begin,
    keep: async () => (await page.runs()).keep(),
    forget: async () => (await page.runs()).forget(),
    async goback() {
      const runs = await page.runs();
      const kept = runs.compare.run.address;
      runs.forget();
      await page.set(kept);
      address.soon();
    },
    link: async () => say(await address.share()),
    embed: async () => say(await address.embed()),
    async script() {
      const steps = Math.max(trainer.step, LEAST);
      const made = await attempt(trainer.ask("", "script", steps));
      const words = `A program of ${steps} steps is copied.`;
      if (made) say(await copy(made.script, words));
    },
    smaller: () => graph.zoom(1 / 1.25),
    larger: () => graph.zoom(1.25),
    fit: () => graph.fit(),
  };
}
