// Arithmetic of the live figures, where the answer is known.
import assert from "node:assert/strict";
import { test } from "node:test";
import * as maths from "../../docs/assets/live/maths.js";

const SIDE = 8;
const picture = (seed) => {
  const random = maths.randomNumbers(seed);
  return Float32Array.from({ length: 3 * SIDE * SIDE }, random);
};
const near = (one, other, within = 1e-6) =>
  assert.ok(Math.abs(one - other) <= within, `${one} is not ${other}`);

test("softmax of logarithms of shares gives the shares, however large the logits", () => {
  for (const shift of [0, 800, -800]) {
    const shares = maths.softmax([Math.log(0.5) + shift, Math.log(0.3) + shift, Math.log(0.2) + shift]);
    near(shares[0], 0.5);
    near(shares[2], 0.2);
  }
});

test("the best classes come in order", () => {
  assert.deepEqual(maths.best([1, 5, 3, 4], 3).map(({ index }) => index), [1, 3, 2]);
});

test("a step goes along the sign, and never leaves the box nor [0, 1]", () => {
  const original = Float32Array.of(0.5, 0.5, 0.99, 0.01, 0.5);
  const gradient = Float32Array.of(3, -0.001, 7, -2, 0);
  const settings = { size: 0.1, epsilon: 0.0625 };
  const moved = maths.attackStep(original, gradient, original, settings);
  [0.5625, 0.4375, 1, 0, 0.5].forEach((value, i) => near(moved[i], value));
  const again = maths.attackStep(moved, gradient, original, settings);
  assert.deepEqual(again, moved);
});

test("rounding gives whole grey levels", () => {
  for (const value of maths.rounded(picture(1))) near(value * 255, Math.round(value * 255), 1e-4);
});

test("noise of the same size moves every value by as much, and stays in [0, 1]", () => {
  const original = picture(2);
  const changed = original.map((value) => Math.min(1, value + 0.03));
  const noise = maths.noiseOfSameSize(original, changed, maths.randomNumbers(3));
  let ups = 0;
  noise.forEach((value, i) => {
    near(Math.abs(value - original[i]), Math.abs(changed[i] - original[i]));
    assert.ok(value >= 0 && value <= 1);
    ups += value > original[i] ? 1 : 0;
  });
  assert.ok(ups > 60 && ups < 132);
  near(maths.distances(original, noise).l2, maths.distances(original, changed).l2, 1e-5);
});

test("distances are those of Euclid and of the largest change", () => {
  const { levels, l2 } = maths.distances(Float32Array.of(0, 0, 1), Float32Array.of(3 / 255, 4 / 255, 1));
  near(levels, 4, 1e-4);
  near(l2 * 255, 5, 1e-4);
});

test("the enlarged difference is grey where nothing changed", () => {
  const shown = maths.enlargedDifference(Float32Array.of(0.2, 0.2), Float32Array.of(0.2, 0.21), 16);
  near(shown[0], 0.5);
  near(shown[1], 0.66);
});

test("a grey square hides what it covers in all colours, also beyond the edge", () => {
  const hidden = maths.occluded(new Float32Array(3 * 16), 4, { left: 2, top: -1, size: 3 });
  const rows = [0, 1, 2, 3].map((y) => Array.from(hidden.subarray(4 * y, 4 * y + 4)));
  assert.deepEqual(rows, [[0, 0, 0.5, 0.5], [0, 0, 0.5, 0.5], [0, 0, 0, 0], [0, 0, 0, 0]]);
  assert.deepEqual(hidden.slice(0, 16), hidden.slice(32));
});

test("the darkest cell is the one with the largest value", () => {
  const dark = maths.shaded(new Float32Array(3 * 16).fill(1), 4, Float32Array.of(0, 2, 1, 0));
  assert.deepEqual(Array.from(dark.subarray(0, 4), (v) => +v.toFixed(3)), [1, 1, 0.15, 0.15]);
  near(dark[8], 0.575);
});

test("a grating has its period across its bars and none along them", () => {
  const side = 16;
  const upright = maths.grating(side, { orientation: Math.PI / 2, period: 4, phase: 0 });
  const at = (x, y) => upright[y * side + x];
  near(at(3, 2), at(7, 2));
  near(at(3, 2), at(3, 9));
  assert.ok(Math.abs(at(3, 2) - at(5, 2)) > 0.5);
  const lying = maths.grating(side, { orientation: 0, period: 4, phase: 0 });
  near(lying[2 * side + 3], lying[2 * side + 9]);
  near(lying[2 * side + 3], lying[6 * side + 3]);
});

test("the preferred orientation is where the answers peak", () => {
  const answers = Array.from({ length: 18 }, (_, i) => 1 + Math.cos((2 * Math.PI * (i - 5)) / 18));
  const { orientation, selectivity } = maths.preference(answers);
  near(orientation, (5 * Math.PI) / 18, 1e-9);
  near(selectivity, 0.5, 1e-9);
  near(maths.preference(new Array(18).fill(2)).selectivity, 0, 1e-9);
  near(maths.preference([0, 0, 1, 0]).selectivity, 1, 1e-9);
  assert.equal(maths.preference([0, 0, 0]).selectivity, 0);
});

test("what is rolled and rolled back is the same", () => {
  const before = picture(4);
  const moved = maths.rolled(before, SIDE, 3, -2);
  near(moved[3], before[2 * SIDE]);
  assert.deepEqual(maths.rolled(moved, SIDE, -3, 2), before);
});

test("a box blur is the mean over the window on a torus", () => {
  const before = picture(5);
  const blurred = maths.boxBlurred(before, SIDE, 1);
  let sum = 0;
  for (const y of [7, 0, 1]) for (const x of [7, 0, 1]) sum += before[y * SIDE + x];
  near(blurred[0], sum / 9, 1e-5);
});

test("coarsening keeps what is uniform and takes out what alternates", () => {
  const side = 64;
  const share = (plane) => {
    const gradient = new Float32Array(3 * side * side);
    for (let i = 0; i < gradient.length; i++) gradient[i] = plane(i % side);
    return Math.abs(maths.coarsened(gradient, side)[0]);
  };
  const fine = share((x) => (x % 2 ? -1 : 1));
  const coarse = share((x) => Math.cos((2 * Math.PI * x) / side));
  assert.ok(coarse > 20 * fine, `${coarse} against ${fine}`);
});

test("a climb moves by the mean that was asked for, and fades towards grey", () => {
  const pixels = new Float32Array(12).fill(0.5);
  const gradient = Float32Array.from({ length: 12 }, (_, i) => (i % 2 ? 3 : -1));
  const next = maths.climbed(pixels, gradient, { size: 0.02, fading: 0 });
  near(next.reduce((sum, value) => sum + Math.abs(value - 0.5), 0) / 12, 0.02);
  const faded = maths.climbed(Float32Array.of(0.9), Float32Array.of(0), { size: 0.02, fading: 0.25 });
  near(faded[0], 0.8);
});

test("a class is found by its name, its beginning, or a word of it", () => {
  const names = ["African elephant", "elephant seal", "ostrich", "Band Aid"];
  assert.equal(maths.classMeant(names, "Ostrich "), 2);
  assert.equal(maths.classMeant(names, "eleph"), 1);
  assert.equal(maths.classMeant(names, "aid"), 3);
  assert.equal(maths.classMeant(names, "unicorn"), null);
  assert.equal(maths.classMeant(names, " "), null);
});
