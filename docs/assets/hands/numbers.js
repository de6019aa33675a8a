// What figures to try calculate: scores, ranks, correlations, values between points of a grid.

/**
 * How many answers were right, in all and by what was shown.
 * @param {(boolean | null)[]} answers null where none was given yet
 * @param {{ shown: string }[]} questions
 * @param {string[]} kinds of what is shown
 */
export function scored(answers, questions, kinds) {
  const count = (/** @type {(i: number) => boolean} */ counts) => {
    const told = answers.flatMap((answer, i) => (answer !== null && counts(i) ? [answer] : []));
    return { told: told.length, right: told.filter(Boolean).length };
  };
  return { ...count(() => true), byKind: kinds.map((kind) => count((i) => questions[i].shown === kind)) };
}

/**
 * Ranks from 1; equal values share the mean of their ranks.
 * @param {ArrayLike<number>} values
 */
export function ranks(values) {
  const order = Array.from(values, (_, i) => i).sort((a, b) => values[a] - values[b]);
  const found = new Float64Array(values.length);
  for (let first = 0; first < order.length; ) {
    let end = first;
    while (end < order.length && values[order[end]] === values[order[first]]) end++;
    for (let k = first; k < end; k++) found[order[k]] = (first + end + 1) / 2;
    first = end;
  }
  return found;
}

/**
 * Spearman's rank correlation; NaN where one of the two does not vary.
 * @param {ArrayLike<number>} one
 * @param {ArrayLike<number>} other
 */
export function spearman(one, other) {
  const middle = (one.length + 1) / 2; // mean of all ranks
  const [a, b] = [ranks(one), ranks(other)];
  let [both, first, second] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    both += (a[i] - middle) * (b[i] - middle);
    first += (a[i] - middle) ** 2;
    second += (b[i] - middle) ** 2;
  }
  return both / Math.sqrt(first * second);
}

/**
 * Places, in the upper triangle of a matrix row by row, of the pairs whose members are both kept.
 * @param {boolean[]} kept
 */
export function pairsKept(kept) {
  /** @type {number[]} */
  const found = [];
  let place = 0;
  for (let row = 0; row < kept.length; row++) {
    for (let column = row + 1; column < kept.length; column++, place++) {
      if (kept[row] && kept[column]) found.push(place);
    }
  }
  return found;
}

/**
 * Values at a point between those of a square grid, on straight lines in both directions.
 * @param {ArrayLike<number>} grid points × points × classes, row by row
 * @param {{ points: number, classes: number }} size
 * @param {number} up of the point, in steps of the grid from its first row
 * @param {number} across the same from its first column
 */
export function between(grid, { points, classes }, up, across) {
  const [row, column] = [up, across].map((at) => Math.min(points - 2, Math.max(0, Math.floor(at))));
  const [down, right] = [up - row, across - column];
  return Float64Array.from({ length: classes }, (_, k) => {
    const at = (/** @type {number} */ r, /** @type {number} */ c) =>
      grid[((row + r) * points + column + c) * classes + k];
    return (1 - down) * ((1 - right) * at(0, 0) + right * at(0, 1)) +
      down * ((1 - right) * at(1, 0) + right * at(1, 1));
  });
}

/**
 * The largest value, its place, and how far it is above the second.
 * @param {ArrayLike<number>} values
 */
export function firstOf(values) {
  let [first, second] = [0, -1];
  for (let k = 1; k < values.length; k++) {
    if (values[k] > values[first]) [first, second] = [k, first];
    else if (second < 0 || values[k] > values[second]) second = k;
  }
  return { first, second, margin: second < 0 ? Infinity : values[first] - values[second] };
}
