// Arithmetic of the live figures, without the page: pictures are Float32Array of 3 × side × side
// values in [0, 1], first all of red, then of green, then of blue.

/**
 * Probabilities of the classes.
 * @param {ArrayLike<number>} logits
 */
export function softmax(logits) {
  let largest = -Infinity;
  for (let k = 0; k < logits.length; k++) largest = Math.max(largest, logits[k]);
  const shares = Float64Array.from(logits, (logit) => Math.exp(logit - largest));
  const sum = shares.reduce((one, other) => one + other, 0);
  return shares.map((share) => share / sum);
}

/**
 * The classes with the highest probability, the first one first.
 * @param {ArrayLike<number>} logits
 * @param {number} number
 */
export function best(logits, number) {
  const probabilities = softmax(logits);
  return Array.from(probabilities, (probability, index) => ({ index, probability }))
    .sort((one, other) => other.probability - one.probability)
    .slice(0, number);
}

/**
 * A picture as a file of 8 bits gives it back.
 * @param {Float32Array} pixels
 */
export function rounded(pixels) {
  const levels = new Float32Array(pixels.length);
  for (let i = 0; i < levels.length; i++) levels[i] = Math.round(pixels[i] * 255) / 255;
  return levels;
}

/**
 * One step of projected gradient descent (Madry et al., 2018): along the sign of the gradient,
 * then back into the box of half-width epsilon around the original, and into [0, 1].
 * @param {Float32Array} pixels
 * @param {Float32Array} gradient of what is to grow
 * @param {Float32Array} original
 * @param {{ size: number, epsilon: number }} settings
 */
export function attackStep(pixels, gradient, original, { size, epsilon }) {
  const next = new Float32Array(pixels.length);
  for (let i = 0; i < next.length; i++) {
    const moved = pixels[i] + size * Math.sign(gradient[i]);
    const low = Math.max(0, original[i] - epsilon);
    const high = Math.min(1, original[i] + epsilon);
    next[i] = Math.min(high, Math.max(low, moved));
  }
  return next;
}

/**
 * Numbers in [0, 1) from a seed, the same in every browser (mulberry32).
 * @param {number} seed
 */
export function randomNumbers(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Noise of the same size: every change keeps its amount and gets a sign by chance, the other one
 * where it would leave [0, 1].
 * @param {Float32Array} original
 * @param {Float32Array} changed
 * @param {() => number} random
 */
export function noiseOfSameSize(original, changed, random) {
  return original.map((value, i) => {
    const amount = Math.abs(changed[i] - value) * (random() < 0.5 ? -1 : 1);
    return value + amount < 0 || value + amount > 1 ? value - amount : value + amount;
  });
}

/**
 * How far two pictures are apart: the largest change of a pixel in grey levels, and the root of
 * the sum of squares.
 * @param {Float32Array} one
 * @param {Float32Array} other
 */
export function distances(one, other) {
  let largest = 0;
  let squares = 0;
  for (let i = 0; i < one.length; i++) {
    const change = Math.abs(one[i] - other[i]);
    largest = Math.max(largest, change);
    squares += change * change;
  }
  return { levels: largest * 255, l2: Math.sqrt(squares) };
}

/**
 * The change between two pictures around grey, so many times enlarged.
 * @param {Float32Array} original
 * @param {Float32Array} changed
 * @param {number} gain
 */
export function enlargedDifference(original, changed, gain) {
  const enlarged = new Float32Array(original.length);
  for (let i = 0; i < enlarged.length; i++) {
    enlarged[i] = Math.min(1, Math.max(0, 0.5 + gain * (changed[i] - original[i])));
  }
  return enlarged;
}

/**
 * A picture with a grey square.
 * @param {Float32Array} pixels
 * @param {number} side of the picture
 * @param {{ left: number, top: number, size: number }} square in pixels; it may reach beyond
 */
export function occluded(pixels, side, { left, top, size }) {
  const hidden = pixels.slice();
  for (let channel = 0; channel < 3; channel++) {
    for (let y = Math.max(0, top); y < Math.min(side, top + size); y++) {
      const row = (channel * side + y) * side;
      hidden.fill(0.5, row + Math.max(0, left), row + Math.min(side, left + size));
    }
  }
  return hidden;
}

/**
 * A picture that is darker where the cells of a square grid have larger values; where the largest
 * is, hardly anything is left of it.
 * @param {Float32Array} pixels
 * @param {number} side of the picture
 * @param {Float32Array} values of the cells, row by row, none below 0
 */
export function shaded(pixels, side, values) {
  const cells = Math.sqrt(values.length);
  const largest = Math.max(...values, 1e-9);
  const dark = new Float32Array(pixels.length);
  for (let i = 0; i < dark.length; i++) {
    const row = Math.floor(((Math.floor(i / side) % side) * cells) / side);
    const column = Math.floor(((i % side) * cells) / side);
    dark[i] = pixels[i] * (1 - (0.85 * values[row * cells + column]) / largest);
  }
  return dark;
}

/**
 * A grating of lightness around mid-grey.
 * @param {number} side
 * @param {{ orientation: number, period: number, phase: number }} wave orientation: of the bars,
 * in radians, anticlockwise from lying; period in pixels; phase in radians at the centre.
 */
export function grating(side, { orientation, period, phase }) {
  const plane = new Float32Array(side * side);
  const middle = (side - 1) / 2;
  const [sine, cosine] = [Math.sin(orientation), Math.cos(orientation)];
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const across = sine * (x - middle) + cosine * (y - middle);
      plane[y * side + x] = 0.5 + 0.5 * Math.cos((2 * Math.PI * across) / period + phase);
    }
  }
  const pixels = new Float32Array(3 * plane.length);
  for (let channel = 0; channel < 3; channel++) pixels.set(plane, channel * plane.length);
  return pixels;
}

/**
 * The orientation that a unit prefers and how much: the mean of the answers as vectors of twice
 * the angle, whose length from 0 (all alike) to 1 (one alone) is 1 minus the circular variance.
 * @param {number[]} answers not negative, at orientations evenly spread over half a turn
 */
export function preference(answers) {
  let [x, y, sum] = [0, 0, 0];
  answers.forEach((answer, i) => {
    const twice = (2 * Math.PI * i) / answers.length;
    x += answer * Math.cos(twice);
    y += answer * Math.sin(twice);
    sum += answer;
  });
  const angle = (Math.atan2(y, x) / 2 + Math.PI) % Math.PI;
  return { orientation: angle, selectivity: sum > 0 ? Math.hypot(x, y) / sum : 0 };
}

/**
 * A picture moved by whole pixels; what leaves on one side comes in on the other.
 * @param {Float32Array} pixels
 * @param {number} side
 * @param {number} right
 * @param {number} down
 */
export function rolled(pixels, side, right, down) {
  const moved = new Float32Array(pixels.length);
  const shift = ((right % side) + side) % side;
  for (let row = 0; row < 3 * side; row++) {
    const channel = Math.floor(row / side);
    const target = channel * side + ((((row % side) + down) % side) + side) % side;
    const line = pixels.subarray(row * side, (row + 1) * side);
    moved.set(line.subarray(side - shift), target * side);
    moved.set(line.subarray(0, side - shift), target * side + shift);
  }
  return moved;
}

/**
 * Mean over a square window around each pixel, the picture taken as a torus.
 * @param {Float32Array} pixels
 * @param {number} side
 * @param {number} radius in pixels, less than half the side
 */
export function boxBlurred(pixels, side, radius) {
  const width = 2 * radius + 1;
  let from = pixels;
  for (const [step, jump] of [[1, side], [side, 1]]) {
    const to = new Float32Array(from.length);
    for (let channel = 0; channel < 3; channel++) {
      for (let line = 0; line < side; line++) {
        const start = channel * side * side + line * jump;
        let sum = 0;
        for (let i = -radius; i <= radius; i++) sum += from[start + ((i + side) % side) * step];
        let enters = radius + 1;
        let leaves = side - radius;
        for (let i = 0; i < side; i++) {
          to[start + i * step] = sum / width;
          sum += from[start + enters * step] - from[start + leaves * step];
          enters = enters + 1 === side ? 0 : enters + 1;
          leaves = leaves + 1 === side ? 0 : leaves + 1;
        }
      }
    }
    from = to;
  }
  return from;
}

/**
 * A gradient in which coarse structure counts as it does in photographs, about as 1 / frequency:
 * the sum of its means over ever larger windows, smoothed twice so that no window shows.
 * @param {Float32Array} gradient
 * @param {number} side
 */
export function coarsened(gradient, side) {
  const sum = new Float32Array(gradient.length);
  for (const radius of [1, 2, 4, 8, 16, 32]) {
    if (2 * radius >= side) break;
    const smooth = boxBlurred(boxBlurred(gradient, side, radius), side, radius);
    for (let i = 0; i < sum.length; i++) sum[i] += radius * smooth[i];
  }
  return sum;
}

/**
 * One step uphill, by which pixels change by `size` on average, and back towards grey by a share
 * of the contrast; kept in [0, 1].
 * @param {Float32Array} pixels
 * @param {Float32Array} gradient
 * @param {{ size: number, fading: number }} settings
 */
export function climbed(pixels, gradient, { size, fading }) {
  let sum = 0;
  for (let i = 0; i < gradient.length; i++) sum += Math.abs(gradient[i]);
  const scale = sum > 0 ? (size * gradient.length) / sum : 0;
  const next = new Float32Array(pixels.length);
  for (let i = 0; i < next.length; i++) {
    const faded = 0.5 + (1 - fading) * (pixels[i] - 0.5);
    next[i] = Math.min(1, Math.max(0, faded + scale * gradient[i]));
  }
  return next;
}

/**
 * Grey with a little noise, to begin a climb with.
 * @param {number} side
 * @param {() => number} random
 */
export const faintNoise = (side, random) =>
  Float32Array.from({ length: 3 * side * side }, () => 0.5 + 0.04 * (random() - 0.5));

/**
 * The class that a reader means: the name itself, else the first that begins with the text or has
 * a word that does; null for none.
 * @param {string[]} names
 * @param {string} text
 */
export function classMeant(names, text) {
  const wanted = text.trim().toLowerCase();
  if (!wanted) return null;
  const low = names.map((name) => name.toLowerCase());
  for (const fits of [
    (/** @type {string} */ name) => name === wanted,
    (/** @type {string} */ name) => name.startsWith(wanted),
    (/** @type {string} */ name) => name.includes(` ${wanted}`),
  ]) {
    const found = low.findIndex(fits);
    if (found >= 0) return found;
  }
  return null;
}
