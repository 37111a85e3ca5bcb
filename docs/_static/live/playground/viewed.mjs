// What the fields do that change only what is shown.

import { typed } from "./settings.mjs";

export function setUntil(
  { state, trainer, form, address, showProgress },
  step,
) {
  state.view.until = trainer.until = step;
  form.named("until").value = step;
  address.soon();
  showProgress();
}

/** What a field of the view does when it changes, by its name. */
export function viewedOf(page) {
  const { state, trainer, plane, address, say, ask } = page;
  return {
    until({ value: given }) {
      const { value, note } = typed("until", given, state.view.until);
      setUntil(page, value);
      if (note) say(note);
    },
    speed({ value }) {
      state.view.speed = trainer.speed = Number(value);
      address.soon();
    },
    levels({ checked }) {
      state.view.levels = plane.levels = checked;
      address.soon();
      plane.draw();
    },
    discrete({ checked }) {
      state.view.discrete = checked;
      page.harden();
      address.soon();
    },
    lines({ value }) {
      state.view.lines = Number(value);
      plane.sums = null;
      plane.draw();
      address.soon();
      ask("lines");
    },
    layer: () => ask("memory"),
  };
}
