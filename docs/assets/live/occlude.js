// Occlude: hide a part of a photograph behind a grey square and see what the answer hangs on.
import { best, occluded, shaded, softmax } from "./maths.js";
import { LiveFigure } from "./page.js";
import { percent } from "./parts.js";
import { show } from "./pictures.js";

const SHOWN = 5;
const PLACES = 7;

export class Occlude extends LiveFigure {
  /** @type {HTMLCanvasElement} */
  view;
  /** @type {HTMLCanvasElement} */
  map;
  /** @type {HTMLElement} */
  list;
  /** @type {{ index: number, probability: number }} */
  first;
  asking = false;
  again = false;

  async prepare() {
    this.view = this.canvas("The photograph with a grey square", "Drag the square, or use the sliders");
    this.map = this.canvas("How much each place matters", "Darker: without this place, the class loses more");
    this.list = this.barList("With the square");
    for (const name of ["across", "down", "size"]) {
      this.control(name).addEventListener("input", () => this.follow());
    }
    this.view.addEventListener("pointerdown", (event) => this.#drag(event));
    this.view.addEventListener("pointermove", (event) => event.buttons && this.#drag(event));
    this.part("[data-do=sweep]").addEventListener("click", () => this.work(() => this.sweep()));
  }

  async see() {
    const { logits } = await this.client.run("trained", { pixels: this.pixels });
    [this.first] = best(logits, 1);
    show(this.map, this.pixels);
    await this.#ask();
  }

  /** @param {PointerEvent} event */
  #drag(event) {
    const box = this.view.getBoundingClientRect();
    this.control("across").value = (100 * (event.clientX - box.left)) / box.width;
    this.control("down").value = (100 * (event.clientY - box.top)) / box.height;
    this.follow();
  }

  square() {
    const { side } = this.description;
    const size = Math.round((side * this.number("size")) / 100);
    const place = (/** @type {string} */ name) =>
      Math.round((side * this.number(name)) / 100 - size / 2);
    return { left: place("across"), top: place("down"), size };
  }

  /** Answer for where the square is now; what came in between is left out. */
  async follow() {
    if (this.state !== "ready" && this.state !== "done") return;
    show(this.view, occluded(this.pixels, this.description.side, this.square()));
    if (this.asking) {
      this.again = true;
      return;
    }
    this.asking = true;
    try {
      do {
        this.again = false;
        await this.#ask();
      } while (this.again);
      this.become("done");
    } catch (error) {
      this.fail(error);
    } finally {
      this.asking = false;
    }
  }

  async #ask() {
    const { side, classes } = this.description;
    const pixels = occluded(this.pixels, side, this.square());
    show(this.view, pixels);
    const { logits } = await this.client.run("trained", { pixels });
    const answers = best(logits, SHOWN);
    this.bars(this.list, answers, this.first.index);
    this.answer(
      `${classes[this.first.index]}: ${percent(this.first.probability)} of the whole picture, ` +
      `${percent(softmax(logits)[this.first.index])} with the square. The answer is ` +
      `${classes[answers[0].index]}.`,
    );
  }

  /** Put the square at every place of a grid and shade each by what the class loses. */
  async sweep() {
    const { side, classes } = this.description;
    const cell = side / PLACES;
    const size = Math.round((side * this.number("size")) / 100);
    const losses = new Float32Array(PLACES * PLACES);
    for (let place = 0; place < losses.length && !this.stopped; place++) {
      const at = (/** @type {number} */ n) => Math.round((n + 0.5) * cell - size / 2);
      const [left, top] = [at(place % PLACES), at(Math.floor(place / PLACES))];
      const hidden = occluded(this.pixels, side, { left, top, size });
      show(this.view, hidden);
      const { logits } = await this.client.run("trained", { pixels: hidden });
      losses[place] = Math.max(0, 1 - softmax(logits)[this.first.index] / this.first.probability);
      show(this.map, shaded(this.pixels, side, losses));
      this.say(`Place ${place + 1} of ${losses.length}`);
    }
    const most = losses.indexOf(Math.max(...losses));
    const worst = { loss: losses[most], row: Math.floor(most / PLACES), column: most % PLACES };
    const where = `row ${worst.row + 1}, column ${worst.column + 1} of ${PLACES}`;
    this.answer(
      `${classes[this.first.index]} hangs most on ${where}: without it the probability falls by ` +
      `${percent(worst.loss)} of what it was.`,
    );
    this.say(this.stopped ? "Stopped." : "Done.");
    show(this.view, occluded(this.pixels, side, this.square()));
  }
}
