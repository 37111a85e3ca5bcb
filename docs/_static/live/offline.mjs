// Lets the site's worker keep what this reader opens, for when there is no
// network; docs/_live/sw.js tells what it does.
/* global DOCUMENTATION_OPTIONS */

/** Register it, and have it keep files that only this page needs. */
export async function keepOffline(files = []) {
  // A page of a reader's own that runs Python from here has no worker.
  if (typeof DOCUMENTATION_OPTIONS === "undefined") return;
  try {
    const worker = new URL("../../sw.js", import.meta.url);
    await navigator.serviceWorker.register(worker);
    if (!files.length) return;
    const { active } = await navigator.serviceWorker.ready;
    active.postMessage(files);
  } catch {
    // The browser has none here: a file, a frame, or a plain address.
  }
}
