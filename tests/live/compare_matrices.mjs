// Compares matrices as the page does: node compare_matrices.mjs CASES, a JSON file with a list of
// { kept, one, other }: groups that are left, and two upper triangles. Prints their correlations.
import { readFileSync } from "node:fs";
import { pairsKept, spearman } from "../../docs/assets/hands/numbers.js";

const cases = JSON.parse(readFileSync(process.argv[2], "utf8"));
console.log(JSON.stringify(cases.map(({ kept, one, other }) => {
  const pairs = pairsKept(kept);
  const of = (matrix) => pairs.map((place) => matrix[place]);
  return spearman(of(one), of(other));
})));
