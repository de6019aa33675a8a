// The page's side of the worker: one for all live figures of a page, started again when lost.
import { LiveError, fetched } from "./faults.js";

// Seconds without a sign of life. Preparing a network keeps the worker busy in one go.
const PATIENCE = 15;
const PATIENCE_WHILE_PREPARING = 90;

/**
 * @typedef {object} Answer
 * @property {Float32Array} logits
 * @property {Float32Array} peaks
 * @property {Int32Array} places
 * @property {Float32Array} centres
 * @property {Float32Array} gradient
 * @property {number} milliseconds
 *
 * @typedef {object} Question
 * @property {Float32Array} pixels
 * @property {[number, number][]} [logitWeights]
 * @property {number} [normaliser]
 * @property {[number, number][]} [unitWeights]
 * @property {boolean} [backward]
 * @property {[number, number]} [shaken] pixels by which the picture is moved for the network; the
 * gradient is moved back, and its coarse structure lifted (`coarsened`)
 *
 * @typedef {{ stage: "download" | "prepare", done: number, total: number }} Progress
 */

export class Client {
  /**
   * @param {string} files address of the folder with network.json
   * @param {string} runtime address of the folder with runtime.json
   */
  constructor(files, runtime) {
    this.files = files;
    this.runtime = runtime;
    /** @type {any} */
    this.description = null;
    /** @type {any} */
    this.program = null;
    /** @type {Worker | null} */
    this.worker = null;
    /** @type {Set<string>} */
    this.loaded = new Set();
    /** @type {Map<number, { resolve: Function, reject: Function, progress: Function }>} */
    this.waiting = new Map();
    this.count = 0;
    this.heard = 0;
    this.patience = PATIENCE;
    setInterval(() => this.#watch(), 1000);
  }

  /** What is known of the networks: classes, layers, photographs, sizes. */
  async describe() {
    this.description ??= await json(new URL("network.json", this.files));
    this.program ??= await json(new URL("runtime.json", this.runtime));
    return this.description;
  }

  /**
   * Have a network ready; at once if it is.
   * @param {"trained" | "random"} name
   * @param {(progress: Progress) => void} [progress]
   */
  async load(name, progress = () => {}) {
    const description = await this.describe();
    if (this.worker && this.loaded.has(name)) return;
    const network = { folder: new URL(`${name}/`, this.files).href, entry: description.networks[name] };
    const runtime = { folder: this.runtime, entry: this.program };
    await this.#ask("load", { name, runtime, network }, [], progress);
    // The first run takes longer than all others: the browser still translates the program.
    const blank = new Float32Array(3 * description.side ** 2);
    await this.#run(name, { pixels: blank, backward: true });
    this.loaded.add(name);
  }

  /**
   * What a network answers to a picture, and the gradient of Σ w z − c log Σ exp z + Σ s a.
   * @param {"trained" | "random"} name
   * @param {Question} question its pixels are copied
   * @returns {Promise<Answer>}
   */
  async run(name, question) {
    if (!this.worker || !this.loaded.has(name)) throw new LiveError("lost");
    return this.#run(name, { ...question, pixels: question.pixels.slice() });
  }

  /** @param {string} name @param {Question} question */
  #run(name, question) {
    const { side, layers } = this.description;
    const units = layers.reduce((/** @type {number} */ sum, /** @type {any} */ one) => sum + one.channels, 0);
    const blank = { logitWeights: [], normaliser: 0, unitWeights: [], backward: false };
    return this.#ask("run", { name, side, units, ...blank, ...question }, [question.pixels.buffer]);
  }

  /** End the worker, whatever it does; the next load starts another. */
  end() {
    this.worker?.terminate();
    this.worker = null;
    this.loaded.clear();
    for (const { reject } of this.waiting.values()) reject(new LiveError("lost"));
    this.waiting.clear();
  }

  /**
   * @param {"load" | "run"} task
   * @param {object} content
   * @param {Transferable[]} transfer
   * @param {Function} [progress]
   * @returns {Promise<any>}
   */
  #ask(task, content, transfer, progress = () => {}) {
    const worker = this.#started();
    this.heard = performance.now();
    return new Promise((resolve, reject) => {
      const id = ++this.count;
      this.waiting.set(id, { resolve, reject, progress });
      worker.postMessage({ id, task, ...content }, transfer);
    });
  }

  #started() {
    if (this.worker) return this.worker;
    try {
      this.worker = new Worker(new URL("worker.js", import.meta.url), { type: "module" });
    } catch {
      throw new LiveError("unsupported");
    }
    this.worker.addEventListener("message", ({ data }) => this.#hear(data));
    // An error outside of any task: the script did not load, or the browser ended it.
    this.worker.addEventListener("error", (event) => {
      event.preventDefault();
      this.end();
    });
    return this.worker;
  }

  /** @param {any} message */
  #hear(message) {
    this.heard = performance.now();
    if (message.beat) return;
    const one = this.waiting.get(message.id);
    if (!one) return;
    if (message.stage) {
      this.patience = message.stage === "prepare" ? PATIENCE_WHILE_PREPARING : PATIENCE;
      one.progress(message);
      return;
    }
    this.patience = PATIENCE;
    this.waiting.delete(message.id);
    if (message.fault) {
      one.reject(new LiveError(message.fault));
      // Memory that is used up, and a program that does not start, need a fresh worker.
      if (message.fault !== "offline" && message.fault !== "damaged") this.end();
    } else one.resolve(message.answer);
  }

  #watch() {
    const silent = (performance.now() - this.heard) / 1000;
    if (this.waiting.size && silent > this.patience) this.end();
  }
}

/** @param {URL} address */
async function json(address) {
  return (await fetched(address)).json();
}
