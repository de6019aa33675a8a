// What figures to try calculate, where the answer is known.
import assert from "node:assert/strict";
import { test } from "node:test";
import { between, firstOf, pairsKept, ranks, scored, spearman } from "../../docs/assets/hands/numbers.js";

test("equal values share the mean of their ranks", () => {
  assert.deepEqual([...ranks([30, 10, 10, 20])], [4, 1.5, 1.5, 3]);
  assert.deepEqual([...ranks([7, 7, 7])], [2, 2, 2]);
});

test("a rank correlation sees order and nothing else", () => {
  assert.equal(spearman([1, 2, 3, 4], [1, 10, 100, 1000]), 1);
  assert.equal(spearman([1, 2, 3, 4], [4, 3, 2, 1]), -1);
  // 1 − 6 Σ d² / (n (n² − 1)) with d = (0, 1, −1, 0)
  assert.equal(spearman([1, 2, 3, 4], [1, 3, 2, 4]), 0.8);
  assert.ok(Number.isNaN(spearman([1, 1, 1], [1, 2, 3])));
});

test("pairs are counted row by row in the upper triangle", () => {
  assert.deepEqual(pairsKept([true, true, true]), [0, 1, 2]);
  assert.deepEqual(pairsKept([true, false, true, true]), [1, 2, 5]);
  assert.deepEqual(pairsKept([true, false, false]), []);
});

test("between the points of a grid a plane stays a plane", () => {
  const points = 3;
  const plane = (up, across) => 2 * up - across + 1;
  const grid = [0, 1, 2].flatMap((up) => [0, 1, 2].flatMap((across) => [plane(up, across), 5]));
  for (const [up, across] of [[0, 0], [2, 2], [0.25, 1.5], [1.75, 0.1], [2, 0.5]]) {
    const found = between(grid, { points, classes: 2 }, up, across);
    assert.ok(Math.abs(found[0] - plane(up, across)) < 1e-12);
    assert.equal(found[1], 5);
  }
});

test("the first is told with its distance to the second", () => {
  assert.deepEqual(firstOf([1, 5, 3]), { first: 1, second: 2, margin: 2 });
  assert.deepEqual(firstOf([5, 1, 3]), { first: 0, second: 2, margin: 2 });
  assert.deepEqual(firstOf([1, 2, 3]), { first: 2, second: 1, margin: 1 });
  assert.deepEqual(firstOf([4]), { first: 0, second: -1, margin: Infinity });
});

test("a score counts what was answered, by what was shown", () => {
  const questions = [{ shown: "a" }, { shown: "b" }, { shown: "a" }];
  assert.deepEqual(scored([true, null, false], questions, ["a", "b"]), {
    told: 2, right: 1, byKind: [{ told: 2, right: 1 }, { told: 0, right: 0 }],
  });
});
