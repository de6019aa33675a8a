// The worker: loads networks, runs them, and says twice a second that it is alive.
import { LiveError, kindOf } from "./faults.js";
import { coarsened, rolled } from "./maths.js";
import { collect } from "./store.js";

/** @typedef {{ folder: string, entry: import("./store.js").Entry }} Files */

const BEAT = 500;
/** @type {any} */
let ort = null;
/** @type {Map<string, any>} */
const sessions = new Map();

setInterval(() => postMessage({ beat: true }), BEAT);

addEventListener("message", async ({ data }) => {
  const { id, task, ...rest } = data;
  try {
    const { answer, transfer } = await tasks[/** @type {"load" | "run"} */ (task)](id, rest);
    postMessage({ id, answer }, { transfer });
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    postMessage({ id, fault: kindOf(error), words });
  }
});

const tasks = {
  /**
   * @param {number} id
   * @param {any} task
   */
  async load(id, { name, runtime, network }) {
    if (!sessions.has(name)) {
      let done = 0;
      const total = bytesOf(network) + (ort ? 0 : bytesOf(runtime));
      const arrived = (/** @type {number} */ bytes) => {
        done += bytes;
        postMessage({ id, stage: "download", done, total });
      };
      if (!ort) await start(runtime, arrived);
      const graph = await collect(network.folder, network.entry, arrived);
      postMessage({ id, stage: "prepare", done, total });
      sessions.set(name, await ort.InferenceSession.create(graph, {
        executionProviders: ["wasm"],
        logSeverityLevel: 3,
      }));
    }
    return { answer: {}, transfer: [] };
  },

  /**
   * @param {number} _id
   * @param {any} task logitWeights, unitWeights: pairs of index and weight.
   */
  async run(_id, task) {
    const { name, side, units, logitWeights, normaliser, unitWeights, backward, shaken } = task;
    const session = sessions.get(name);
    const pixels = shaken ? rolled(task.pixels, side, shaken[0], shaken[1]) : task.pixels;
    const tensor = (/** @type {Float32Array} */ values, /** @type {number[]} */ shape) =>
      new ort.Tensor("float32", values, shape);
    const begin = performance.now();
    const outputs = await session.run({
      pixels: tensor(pixels, [1, 3, side, side]),
      logit_weights: tensor(spread(logitWeights, 1000), [1, 1000]),
      normaliser: tensor(Float32Array.of(normaliser), [1]),
      unit_weights: tensor(spread(unitWeights, units), [1, units]),
      backward: new ort.Tensor("bool", [backward], []),
    });
    const names = ["logits", "peaks", "places", "centres", ...(backward ? ["gradient"] : [])];
    const answer = Object.fromEntries(names.map((one) => [one, outputs[one].data]));
    answer.places = Int32Array.from(answer.places, Number);
    if (shaken) {
      answer.gradient = coarsened(rolled(answer.gradient, side, -shaken[0], -shaken[1]), side);
    }
    answer.milliseconds = performance.now() - begin;
    return { answer, transfer: names.map((one) => answer[one].buffer) };
  },
};

/**
 * @param {Files} runtime
 * @param {(bytes: number) => void} arrived
 */
async function start(runtime, arrived) {
  if (typeof WebAssembly === "undefined") throw new LiveError("unsupported");
  const program = await collect(runtime.folder, runtime.entry, arrived);
  try {
    ort = await import(new URL("ort.js", runtime.folder).href);
  } catch {
    throw new LiveError("offline");
  }
  ort.env.logLevel = "error";
  ort.env.wasm.numThreads = 1;
  ort.env.wasm.wasmBinary = program.buffer;
  ort.env.wasm.wasmPaths = { mjs: new URL("ort-wasm.js", runtime.folder).href };
}

/** @param {Files} files */
const bytesOf = ({ entry }) => entry.pieces.reduce((sum, piece) => sum + piece.bytes, 0);

/**
 * @param {[number, number][]} pairs
 * @param {number} length
 */
function spread(pairs, length) {
  const values = new Float32Array(length);
  for (const [index, value] of pairs) values[index] = value;
  return values;
}
