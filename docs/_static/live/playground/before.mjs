// What is shown before Python is there: a run that the page brought along, or
// what the settings say as far as that can be told without it.

import { DEFAULTS, VIEW, outlined, write } from "./settings.mjs";

const BUILT = "This run was trained when the page was built.";

/** `page` is what all parts have in common; `panels` show answers. */
export function beforeOf(page, panels) {
  const { state, data, network, form, say } = page;
  const text = document.getElementById("pg-built").textContent;
  const { size, made, advance, judged, answers } = JSON.parse(text);
  const line = page.root.querySelector(".pg-start-other");

  /** What differs from the run that the page has, as the form calls it. */
  function chosen() {
    const { settings } = state;
    const told = Object.keys(settings)
      .filter((name) => String(settings[name]) !== String(DEFAULTS[name]))
      .map((name) => form.told(name, settings[name]).join(" "));
    const edited = Object.values(data.edits).some((one) => one.length);
    return edited ? [...told, "points changed by hand"] : told;
  }

  return {
    size,

    /** Draw what the page brought along: one moment of a run. */
    built() {
      page.describe(made, DEFAULTS.inputs);
      page.take(made);
      page.trainer.step = advance.step;
      state.epoch = advance.epoch;
      page.curves.losses(advance.step, advance.losses);
      for (const { step, ...table } of judged) page.curves.judged(step, table);
      state.newest = advance.losses.at(-1);
      page.showProgress();
      for (const [name, answer] of Object.entries(answers)) {
        panels[name].answer(answer);
      }
      say(BUILT);
    },

    /** Hide what is not as the form says; draw the network that it asks for. */
    other() {
      const same = write(state.settings, VIEW, data.edits) === "";
      page.root.classList.toggle("pg-other", !same);
      line.hidden = same;
      if (same) {
        network.set({ ...made, inputs: DEFAULTS.inputs });
        network.show(answers.pictures);
        return say(BUILT);
      }
      network.set(outlined(state.settings));
      line.textContent = `It computes and draws: ${chosen().join("; ")}.`;
      return say("Start computes what the settings say.");
    },
  };
}
