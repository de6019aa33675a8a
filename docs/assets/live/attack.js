// Attack: change a photograph within a few grey levels until the network answers another class.
import { attackStep, best, classMeant, distances, enlargedDifference, noiseOfSameSize,
  randomNumbers, rounded, softmax } from "./maths.js";
import { LiveFigure, pause } from "./page.js";
import { element, percent } from "./parts.js";
import { asPng, readExact, show } from "./pictures.js";
import { LiveError } from "./faults.js";

const GAIN = 16;
const SHOWN = 5;
// Steps together could go so many times as far as is allowed, so that they can turn on the way.
const REACH = 2.5;

/** @typedef {"trained" | "random"} Name */

export class Attack extends LiveFigure {
  /** @type {HTMLCanvasElement} */
  original;
  /** @type {HTMLCanvasElement} */
  changed;
  /** @type {HTMLCanvasElement} */
  difference;
  /** @type {HTMLElement} */
  before;
  /** @type {HTMLElement} */
  after;
  /** @type {Blob | null} */
  file;

  async prepare() {
    this.before = this.barList("Before");
    this.after = this.barList("After");
    this.original = this.canvas("The photograph", "Photograph");
    this.changed = this.canvas("The changed photograph", "Changed");
    this.difference = this.canvas(`The change, ${GAIN} times enlarged`, `Change × ${GAIN}`);
    const classes = /** @type {string[]} */ (this.description.classes);
    this.part("datalist").replaceChildren(...classes.map((name) => element("option", { value: name })));
    this.part("[data-do=attack]").addEventListener("click", () => this.work(() => this.attack()));
    this.part("[data-do=download]").addEventListener("click", () => this.download());
  }

  async see() {
    this.file = null;
    show(this.original, this.pixels);
    await pause();
    await this.draw(this.pixels);
    const { logits } = await this.client.run("trained", { pixels: this.pixels });
    this.bars(this.before, best(logits, SHOWN));
    this.after.replaceChildren();
  }

  /** @param {Float32Array} result */
  async draw(result) {
    show(this.changed, result);
    await pause();
    show(this.difference, enlargedDifference(this.pixels, result, GAIN));
    await pause();
  }

  async attack() {
    const target = classMeant(this.description.classes, this.control("target").value);
    if (target === null) {
      throw new LiveError("file", "No class has this name; choose one from the list.");
    }
    /** @type {Name} */
    const name = this.control("twin").checked ? "random" : "trained";
    if (name === "random") {
      this.say("Loading the network with random weights, the control …");
      await this.loadTwin();
    }
    const epsilon = this.number("strength") / 255;
    const steps = this.number("steps");
    const size = steps === 1 ? epsilon : (REACH * epsilon) / steps;
    const first = best((await this.client.run(name, { pixels: this.pixels })).logits, SHOWN);
    this.bars(this.before, first, target);
    let pixels = this.pixels;
    for (let step = 1; step <= steps && !this.stopped; step++) {
      const question = { pixels: rounded(pixels), backward: true, normaliser: 1 };
      const asked = await this.client.run(name, { ...question, logitWeights: [[target, 1]] });
      pixels = attackStep(pixels, asked.gradient, this.pixels, { size, epsilon });
      await pause();
      await this.draw(rounded(pixels));
      const reached = percent(softmax(asked.logits)[target]);
      this.say(`Step ${step} of ${steps}, ${Math.round(asked.milliseconds)} ms: target at ${reached} before it`);
    }
    if (this.control("noise").checked) pixels = noiseOfSameSize(this.pixels, rounded(pixels), randomNumbers(1));
    await this.judge(name, pixels, target, first[0].index);
  }

  /**
   * Make the file, read it again, and ask the network for what it holds.
   * @param {Name} name
   * @param {Float32Array} pixels
   * @param {number} target
   * @param {number} label
   */
  async judge(name, pixels, target, label) {
    const { side, classes } = this.description;
    this.file = await asPng(rounded(pixels), side);
    const result = await readExact(this.file, side);
    const { logits } = await this.client.run(name, { pixels: result });
    const answers = best(logits, SHOWN);
    await this.draw(result);
    this.bars(this.after, answers, target);
    const { levels, l2 } = distances(this.pixels, result);
    const kind = this.control("noise").checked ? "Noise of the same size" : "The changed picture";
    const whose = name === "random" ? " with random weights" : "";
    this.section.dataset.before = classes[label];
    this.section.dataset.after = classes[answers[0].index];
    this.answer(
      `${kind}, read back from its file, is ${classes[answers[0].index]} to the network${whose} ` +
      `(${percent(answers[0].probability)}; ${classes[target]}: ${percent(softmax(logits)[target])}). ` +
      `Before: ${classes[label]}. No value moved by more than ${Math.round(levels)} of 255 grey ` +
      `levels; L2 ${l2.toFixed(2)}.`,
    );
    this.say(this.stopped ? "Stopped." : "Done.");
  }

  download() {
    if (!this.file || this.state !== "done") return;
    const address = URL.createObjectURL(this.file);
    const link = element("a", { href: address, download: `${this.section.dataset.after}.png` });
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
  }
}
