// What scores say of classes, and how classes are marked.

/** The probability of each class; of two there is but one score. */
export function chances(scores) {
  return softmax(scores.length === 1 ? [0, scores[0]] : scores);
}

function softmax(scores) {
  const peak = Math.max(...scores);
  const powers = Array.from(scores, (score) => Math.exp(score - peak));
  const total = powers.reduce((sum, one) => sum + one, 0);
  return powers.map((power) => power / total);
}

/** The class that leads, and by how much of a probability. */
export function leader(scores) {
  if (scores.length === 1) {
    const lead = Math.tanh(scores[0] / 2); // 2 sigmoid(x) - 1
    return [lead > 0 ? 1 : 0, Math.abs(lead)];
  }
  const each = softmax(scores);
  const best = each.indexOf(Math.max(...each));
  const second = Math.max(...each.filter((_, k) => k !== best));
  return [best, each[best] - second];
}

const combine = (each, formula) =>
  each[0].map((_, i) => formula(each.map((one) => one[i])));

/** For each class the logarithm of its chance over that of the others. */
export function logOdds(each) {
  if (each.length === 1) return [each[0].map((x) => -x), each[0]];
  return each.map((own, k) =>
    combine(each, (scores) => {
      const others = scores.filter((_, j) => j !== k);
      const peak = Math.max(...others);
      const sum = others.reduce((s, x) => s + Math.exp(x - peak), 0);
      return scores[k] - peak - Math.log(sum);
    }),
  );
}

/** Heights that are zero on the boundaries: one for each but class 0. */
export function leads(each) {
  if (each.length === 1) return each;
  return each.slice(1).map((_, k) =>
    combine(each, (scores) => {
      const others = scores.filter((_, j) => j !== k + 1);
      return scores[k + 1] - Math.max(...others);
    }),
  );
}

// --- Marks, which differ in form as well as in colour ---

/** Add the mark of a class to the path of a pen. */
export function mark(pen, c, x, y, radius) {
  if (c === 0) {
    pen.moveTo(x + radius, y);
    pen.arc(x, y, radius, 0, 2 * Math.PI);
  } else if (c === 1) {
    const half = radius * 0.9;
    pen.rect(x - half, y - half, 2 * half, 2 * half);
  } else {
    const wide = radius * 1.15;
    pen.moveTo(x, y - wide);
    pen.lineTo(x + wide, y + 0.8 * wide);
    pen.lineTo(x - wide, y + 0.8 * wide);
    pen.closePath();
  }
}
