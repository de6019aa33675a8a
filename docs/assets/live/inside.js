// Look inside: which units of each block answer to a photograph more than they usually do.
import { LiveFigure } from "./page.js";
import { element } from "./parts.js";
import { show } from "./pictures.js";
import { best } from "./maths.js";

const PER_LAYER = 3;
const NETWORK = "efficientnet_lite0";

export class Inside extends LiveFigure {
  /** @type {HTMLCanvasElement} */
  view;
  /** @type {HTMLElement} */
  found;
  /** @type {{ layers: Map<string, any>, thumb: { perRow: number, perSheet: number } }} */
  atlas;

  async prepare() {
    this.atlas = await this.#atlas();
    this.view = this.canvas("The photograph", "Photograph");
    this.found = element("div", { class: "live__units" });
    this.stage.append(this.found);
    this.part("[data-do=look]").addEventListener("click", () => this.work(() => this.look()));
  }

  async see() {
    show(this.view, this.pixels);
    this.found.replaceChildren();
  }

  /** Units with a page in the atlas, by layer. */
  async #atlas() {
    const response = await fetch(new URL("index.json", this.#address("pictures")));
    const { networks, thumb } = await response.json();
    const network = networks.find((/** @type {any} */ one) => one.name === NETWORK);
    const layers = network.layers.map((/** @type {any} */ layer) => [layer.name, layer]);
    return { layers: new Map(layers), thumb };
  }

  /** @param {string} name */
  #address(name) {
    return new URL(`${this.section.dataset[name]}`.replace(/\/?$/, "/"), document.baseURI).href;
  }

  async look() {
    const { logits, peaks } = await this.client.run("trained", { pixels: this.pixels });
    const { classes, layers, networks } = this.description;
    const { usual, spread } = networks.trained;
    this.found.replaceChildren();
    let first = 0;
    let strongest = { excess: -Infinity, words: "" };
    for (const layer of layers) {
      const pages = this.atlas.layers.get(layer.name);
      const start = first;
      const excess = (/** @type {number} */ unit) =>
        (peaks[start + unit] - usual[start + unit]) / (spread[start + unit] || 1);
      const units = (pages?.units ?? []).slice().sort(
        (/** @type {number} */ one, /** @type {number} */ other) => excess(other) - excess(one));
      first += layer.channels;
      if (!units.length) continue;
      const links = units.slice(0, PER_LAYER).map((/** @type {number} */ unit) =>
        this.#link(layer, pages, unit, excess(unit)));
      this.found.append(element("p", {}, layer.title), element("ul", {}, ...links));
      if (excess(units[0]) > strongest.excess) {
        strongest = { excess: excess(units[0]), words: `unit ${units[0]} of ${layer.title.toLowerCase()}` };
      }
    }
    const [answer] = best(logits, 1);
    this.answer(
      `The network says ${classes[answer.index]}. Of the units in the atlas, ${strongest.words} ` +
      `answers most above its usual (${strongest.excess.toFixed(1)} standard deviations over ` +
      `${this.description.numSquares} squares of the course's photographs).`,
    );
    this.say("Done. Each unit leads to its page in the atlas.");
  }

  /** @param {any} layer @param {any} pages @param {number} unit @param {number} excess */
  #link(layer, pages, unit, excess) {
    const { perRow, perSheet } = this.atlas.thumb;
    const place = pages.units.indexOf(unit);
    const sheet = Math.floor(place / perSheet);
    const rows = Math.ceil(Math.min(perSheet, pages.units.length - sheet * perSheet) / perRow);
    const picture = element("span", { class: "live__unit" });
    const folder = `${this.#address("pictures")}${NETWORK}/${layer.name}/`;
    picture.style.backgroundImage = `url("${folder}thumbnails-${sheet}.webp")`;
    picture.style.backgroundSize = `${100 * perRow}% ${100 * rows}%`;
    const [across, down] = [(place % perSheet) % perRow, Math.floor((place % perSheet) / perRow)];
    const share = (/** @type {number} */ at, /** @type {number} */ number) =>
      `${number > 1 ? (100 * at) / (number - 1) : 0}%`;
    picture.style.backgroundPosition = `${share(across, perRow)} ${share(down, rows)}`;
    const words = `${excess < 0 ? "−" : "+"}${Math.abs(excess).toFixed(1)} SD`;
    const page = this.#address("atlas").replace(/\/$/, "") + `/#${NETWORK}/${layer.name}/${unit}`;
    return element("li", {}, element("a", { href: page }, picture, `Unit ${unit}, ${words}`));
  }
}
