// Grow: climb the score of a class from noise, without a prior and with one.
import { best, classMeant, climbed, faintNoise, randomNumbers, rounded, softmax } from "./maths.js";
import { LiveError } from "./faults.js";
import { LiveFigure, pause } from "./page.js";
import { element, percent } from "./parts.js";
import { show } from "./pictures.js";

// Of one step: mean change of a pixel, and share of the contrast that is given back with a prior.
const SIZE = 0.012;
const FADING = 0.03;
// How many pixels the picture is shaken before a step.
const SHAKE = 12;
// Of the logarithm of Σ exp z: a little of it keeps other classes from growing along.
const NORMALISER = 0.1;

export class Grow extends LiveFigure {
  /** @type {HTMLCanvasElement} */
  plain;
  /** @type {HTMLCanvasElement} */
  shaped;
  /** @type {HTMLElement} */
  list;

  async prepare() {
    this.plain = this.canvas("Grown without a prior", "Without a prior");
    this.shaped = this.canvas("Grown with a prior", "With a prior: coarse leads, shaken, kept near grey");
    this.list = this.barList("What the network says of the second");
    const classes = /** @type {string[]} */ (this.description.classes);
    this.part("datalist").replaceChildren(...classes.map((name) => element("option", { value: name })));
    const noise = faintNoise(this.description.side, randomNumbers(1));
    for (const canvas of [this.plain, this.shaped]) show(canvas, noise);
    this.part("[data-do=grow]").addEventListener("click", () => this.work(() => this.grow()));
  }

  async grow() {
    const { side, classes } = this.description;
    const target = classMeant(classes, this.control("target").value);
    if (target === null) {
      throw new LiveError("file", "No class has this name; choose one from the list.");
    }
    const steps = this.number("steps");
    const random = randomNumbers(1);
    let plain = faintNoise(side, random);
    let shaped = plain;
    for (let step = 1; step <= steps && !this.stopped; step++) {
      plain = climbed(plain, await this.#slope(plain, target), { size: SIZE, fading: 0 });
      await pause();
      const shift = () => Math.round((2 * random() - 1) * SHAKE);
      const slope = await this.#slope(shaped, target, [shift(), shift()]);
      shaped = climbed(shaped, slope, { size: SIZE, fading: FADING });
      await pause();
      show(this.plain, plain);
      show(this.shaped, shaped);
      this.say(`Step ${step} of ${steps}`);
    }
    const verdicts = [];
    for (const pixels of [plain, shaped]) {
      const { logits } = await this.client.run("trained", { pixels: rounded(pixels) });
      verdicts.push(percent(softmax(logits)[target]));
      this.bars(this.list, best(logits, 5), target);
    }
    this.answer(
      `${classes[target]}, says the network that was climbed: ${verdicts[0]} without a prior, ` +
      `${verdicts[1]} with one. What do you see?`,
    );
    this.say(this.stopped ? "Stopped." : "Done.");
  }

  /**
   * @param {Float32Array} pixels
   * @param {number} target
   * @param {[number, number]} [shaken]
   */
  async #slope(pixels, target, shaken) {
    const logitWeights = /** @type {[number, number][]} */ ([[target, 1]]);
    const question = { pixels, backward: true, normaliser: NORMALISER, logitWeights, shaken };
    return (await this.client.run("trained", question)).gradient;
  }
}
