// The keys of a slider, for what looks like none.

/** Where a key leads from `now`, in steps or to an end; undefined: nowhere. */
export function slid({ key }, now, step, [low, high]) {
  return {
    ArrowLeft: now - step,
    ArrowDown: now - step,
    ArrowRight: now + step,
    ArrowUp: now + step,
    PageDown: now - 10 * step,
    PageUp: now + 10 * step,
    Home: low,
    End: high,
  }[key];
}
