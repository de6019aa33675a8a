// Runs a graph with the program that readers get: node run_graph.mjs RUNTIME GRAPH CASES OUTPUT.
// CASES: a JSON list of {name: {type, shape, values}}; OUTPUT: a JSON list of {name: values}.
import { readFileSync, writeFileSync } from "node:fs";

const [runtime, graph, cases, output] = process.argv.slice(2);
const ort = await import(`${runtime}/ort.wasm.min.mjs`);
ort.env.wasm.numThreads = 1;
ort.env.wasm.wasmBinary = readFileSync(`${runtime}/ort-wasm-simd-threaded.wasm`).buffer;
const session = await ort.InferenceSession.create(readFileSync(graph), { logSeverityLevel: 3 });
const results = [];
for (const feeds of JSON.parse(readFileSync(cases, "utf8"))) {
  const tensors = Object.entries(feeds).map(([name, { type, shape, values }]) => [
    name, new ort.Tensor(type, type === "float32" ? Float32Array.from(values) : values, shape),
  ]);
  const outputs = await session.run(Object.fromEntries(tensors));
  results.push(Object.fromEntries(Object.entries(outputs).map(([name, { data }]) =>
    [name, Array.from(data, Number)])));
}
writeFileSync(output, JSON.stringify(results));
