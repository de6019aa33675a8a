// Rotate: turn a grating under one unit and let its tuning curve draw itself.
import { grating, preference } from "./maths.js";
import { LiveFigure } from "./page.js";
import { element } from "./parts.js";
import { show } from "./pictures.js";

const ORIENTATIONS = 18;
const PHASES = 4;
// Of the plot, in its own units.
const [WIDTH, HEIGHT, LEFT, BOTTOM] = [240, 130, 12, 104];

export class Rotate extends LiveFigure {
  /** @type {HTMLCanvasElement} */
  view;
  /** @type {SVGElement} */
  plot;

  async prepare() {
    this.view = this.canvas("A grating", "What the unit is shown");
    this.plot = element("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "live__plot", role: "img",
      "aria-label": "Tuning curve, not drawn yet" });
    const caption = element("figcaption", {}, "Answer of the unit, by the direction of the bars");
    this.stage.append(element("figure", { class: "live__picture live__picture--plot" }, this.plot, caption));
    const layers = this.description.layers.map((/** @type {any} */ layer) =>
      element("option", { value: layer.name }, layer.title));
    this.control("layer").replaceChildren(...layers);
    this.control("layer").addEventListener("change", () => this.#limit());
    this.#limit();
    show(this.view, grating(this.description.side, { orientation: 0, period: 8, phase: 0 }));
    this.part("[data-do=rotate]").addEventListener("click", () => this.work(() => this.rotate()));
  }

  #limit() {
    const unit = this.control("unit");
    unit.max = this.#layer().channels - 1;
    unit.value = Math.min(this.number("unit"), unit.max);
  }

  #layer() {
    const { layers } = this.description;
    const index = layers.findIndex((/** @type {any} */ one) => one.name === this.control("layer").value);
    const before = layers.slice(0, index);
    const first = before.reduce((/** @type {number} */ sum, /** @type {any} */ one) => sum + one.channels, 0);
    return { ...layers[index], first };
  }

  async rotate() {
    /** @type {"trained" | "random"} */
    const name = this.control("twin").checked ? "random" : "trained";
    if (name === "random") await this.loadTwin();
    const layer = this.#layer();
    const unit = Math.round(Math.min(layer.channels - 1, Math.max(0, this.number("unit"))));
    const period = this.number("period");
    /** @type {number[]} */
    const answers = [];
    for (let turn = 0; turn < ORIENTATIONS && !this.stopped; turn++) {
      let strongest = 0;
      for (let beat = 0; beat < PHASES; beat++) {
        const wave = { orientation: (Math.PI * turn) / ORIENTATIONS, period, phase: (2 * Math.PI * beat) / PHASES };
        const pixels = grating(this.description.side, wave);
        if (beat === 0) show(this.view, pixels);
        const { centres } = await this.client.run(name, { pixels });
        strongest = Math.max(strongest, centres[layer.first + unit]);
      }
      answers.push(strongest);
      this.#draw(answers);
      this.say(`Bars at ${(180 * turn) / ORIENTATIONS}°`);
    }
    this.say(this.stopped ? "Stopped." : "Done.");
    const largest = Math.max(...answers);
    if (answers.length < ORIENTATIONS || largest <= 0) {
      this.answer(largest > 0 ? "The turn was not completed." : `Unit ${unit} answers to none of these gratings.`);
      return;
    }
    const { orientation, selectivity } = preference(answers);
    const degrees = Math.round((180 * orientation) / Math.PI) % 180;
    const weights = name === "random" ? ", with random weights," : "";
    const words = `Unit ${unit} of ${layer.title.toLowerCase()}${weights} prefers bars at ${degrees}°; ` +
      `selectivity ${selectivity.toFixed(2)} (0: all alike, 1: one direction alone).`;
    this.plot.setAttribute("aria-label", words);
    this.answer(words);
  }

  /** @param {number[]} answers */
  #draw(answers) {
    const largest = Math.max(...answers, 1e-9);
    const step = (WIDTH - 2 * LEFT) / (ORIENTATIONS - 1);
    const points = answers.map((answer, i) =>
      `${i ? "L" : "M"}${LEFT + i * step} ${BOTTOM - (BOTTOM - 10) * (answer / largest)}`);
    const ticks = [0, 45, 90, 135].map((degrees) => element("text",
      { x: LEFT + (degrees / 180) * ORIENTATIONS * step, y: BOTTOM + 18, "text-anchor": "middle" }, `${degrees}°`));
    this.plot.replaceChildren(
      element("line", { x1: LEFT, x2: WIDTH - LEFT, y1: BOTTOM, y2: BOTTOM }),
      element("path", { d: points.join("") }), ...ticks,
    );
  }
}
