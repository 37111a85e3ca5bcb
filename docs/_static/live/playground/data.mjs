// The points, as Python drew them and as the reader changed them.

const MOST = 400; // points, as in page_programs.playground

export class Data {
  edits = nothing();
  points = []; // [x, y, class]
  origins = []; // of each its position among those drawn, -1 if it was added
  test = new Set(); // the positions of those that are only tested on

  /** Forget what the reader changed. */
  clear() {
    this.edits = nothing();
  }

  /** What Python says that there is. */
  take({ points, origins, test }) {
    this.points = points.map((one) => [...one]);
    this.origins = [...origins];
    this.test = new Set(test);
  }

  /** Whether there was room for one more. */
  add(point) {
    if (this.points.length >= MOST) return false;
    this.points.push(point);
    this.origins.push(-1);
    return true;
  }

  move(i, [x, y]) {
    this.points[i] = [x, y, this.points[i][2]];
    const origin = this.origins[i];
    if (origin < 0) return;
    const others = this.edits.moved.filter(([one]) => one !== origin);
    this.edits.moved = [...others, [origin, x, y]];
  }

  remove(i) {
    if (this.origins[i] >= 0) this.edits.removed.push(this.origins[i]);
    this.points.splice(i, 1);
    this.origins.splice(i, 1);
    const later = [...this.test].filter((one) => one !== i);
    this.test = new Set(later.map((one) => (one > i ? one - 1 : one)));
  }

  /** What Python has to do to the points that it draws. */
  get changes() {
    this.edits.added = this.points.filter((_, i) => this.origins[i] < 0);
    return this.edits;
  }
}

function nothing() {
  return { removed: [], moved: [], added: [] };
}
