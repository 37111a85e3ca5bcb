// The experiments that the page proposes, each with a question.

import { make } from "../page.mjs";
import { read, write } from "./settings.mjs";

/** A fragment without what is so by default, whoever wrote it. */
function plain(fragment) {
  const { settings, view, edits } = read(fragment);
  return write(settings, view, edits);
}

/** Show the question that goes with an address, if one does. */
export function showQuestion(place, fragment) {
  const buttons = [...document.querySelectorAll("[data-try]")];
  const wanted = plain(fragment);
  const button = buttons.find((one) => plain(one.dataset.try) === wanted);
  place.hidden = !button || !wanted;
  if (place.hidden) return;
  const entry = button.closest("li");
  const name = make("b", {}, `${button.textContent}.`);
  const rest = [...entry.childNodes].filter((one) => one !== button);
  place.replaceChildren(name, ...rest.map((one) => one.cloneNode(true)));
}

/** Let each button of the page set up its experiment. */
export function onTry(callback) {
  for (const button of document.querySelectorAll("[data-try]")) {
    button.addEventListener("click", () => callback(button.dataset.try));
  }
}
