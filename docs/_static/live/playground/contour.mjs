// Lines of equal height through a grid of numbers (marching squares).

// For each of the 16 patterns of corners above the level, the edges that a
// line joins: 0 top, 1 right, 2 bottom, 3 left.  A saddle has two lines.
const JOINS = [
  [],
  [[3, 0]],
  [[0, 1]],
  [[3, 1]],
  [[1, 2]],
  [
    [3, 0],
    [1, 2],
  ],
  [[0, 2]],
  [[3, 2]],
  [[2, 3]],
  [[2, 0]],
  [
    [0, 1],
    [2, 3],
  ],
  [[2, 1]],
  [[1, 3]],
  [[1, 0]],
  [[0, 3]],
  [],
];

/**
 * Add the lines where `heights`, a square grid of `size` by `size` in rows
 * from the top, crosses `level`.  `add(x1, y1, x2, y2)` takes positions
 * from 0 to 1.
 */
export function contour(heights, size, level, add) {
  const step = 1 / (size - 1);
  for (let i = 0; i < size - 1; i++) {
    for (let j = 0; j < size - 1; j++) {
      const k = i * size + j;
      const a = heights[k] - level;
      const b = heights[k + 1] - level;
      const c = heights[k + size + 1] - level;
      const d = heights[k + size] - level;
      const pattern = (a > 0) + 2 * (b > 0) + 4 * (c > 0) + 8 * (d > 0);
      if (pattern === 0 || pattern === 15) continue;
      const crossing = (edge) => {
        if (edge === 0) return [j + a / (a - b), i];
        if (edge === 1) return [j + 1, i + b / (b - c)];
        if (edge === 2) return [j + d / (d - c), i + 1];
        return [j, i + a / (a - d)];
      };
      for (const [from, to] of JOINS[pattern]) {
        const [x1, y1] = crossing(from);
        const [x2, y2] = crossing(to);
        add(x1 * step, y1 * step, x2 * step, y2 * step);
      }
    }
  }
}

/** The number between four numbers of a grid, at a position from 0 to 1. */
export function between(heights, size, x, y) {
  const u = Math.min(Math.max(x, 0), 1) * (size - 1);
  const v = Math.min(Math.max(y, 0), 1) * (size - 1);
  const j = Math.min(Math.floor(u), size - 2);
  const i = Math.min(Math.floor(v), size - 2);
  const [s, t] = [u - j, v - i];
  const k = i * size + j;
  const top = heights[k] * (1 - s) + heights[k + 1] * s;
  const bottom = heights[k + size] * (1 - s) + heights[k + size + 1] * s;
  return top * (1 - t) + bottom * t;
}
