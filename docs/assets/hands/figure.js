// What all figures to try share: the numbers that a figure published, sliders that say where they
// stand, and an answer that is spoken once the reader rests.
import { LiveError, fetched } from "../live/faults.js";

const REST = 600; // milliseconds without a change, after which the answer is spoken

/** A section of the page that a script has taken over. */
export class HandsOn {
  #timer = 0;

  /**
   * @param {HTMLElement} section
   * @param {any} states what the figure published for it
   */
  constructor(section, states) {
    this.section = section;
    this.states = states;
  }

  /** @param {string} selector @returns {any} */
  part(selector) {
    return this.section.querySelector(selector);
  }

  /** @param {string} name @returns {any} */
  control(name) {
    return this.part(`[name=${name}]`);
  }

  /** Address of a file of the figure. @param {string} name */
  address(name) {
    return addressOf(this.section, name);
  }

  /** A picture of the figure, once it can be shown. @param {string} name */
  async picture(name) {
    const image = new Image();
    image.src = this.address(name);
    try {
      await image.decode();
    } catch {
      throw new LiveError("offline");
    }
    return image;
  }

  /**
   * What came out; spoken when it has stood for a while.
   * @param {string} words
   * @param {string} [more] what is spoken after them; who looks sees it in bars
   */
  answer(words, more = "") {
    this.part("[data-answer]").textContent = words;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => { this.part("[data-spoken]").textContent = `${words} ${more}`; }, REST);
  }

  /**
   * A slider over whole numbers; calls `show` now and at every change.
   * @param {string} name of the control
   * @param {{ last: number, at?: number, words: (value: number) => string }} range
   * @param {(value: number) => void} show
   * @returns {HTMLInputElement}
   */
  slider(name, { last, at = 0, words }, show) {
    const input = this.control(name);
    input.max = String(last);
    input.value = String(at);
    const write = () => {
      const value = Number(input.value);
      const said = words(value);
      input.setAttribute("aria-valuetext", said);
      input.parentElement.querySelector("output").value = said;
      show(value);
    };
    input.addEventListener("input", write);
    write();
    return input;
  }
}

/** @param {HTMLElement} section @param {string} name */
const addressOf = (section, name) =>
  new URL(name, new URL(`${section.dataset.folder}`.replace(/\/?$/, "/"), document.baseURI)).href;

/**
 * A section with the numbers that its figure published.
 * @param {HTMLElement} section
 */
export async function opened(section) {
  const states = await (await fetched(addressOf(section, "states.json"))).json();
  return new HandsOn(section, states);
}

/**
 * Show one of several pictures that stand side by side in a file.
 * @param {HTMLElement} box
 * @param {{ address: string, number: number, count: number }} frame number: from 0
 */
export function showFrame(box, { address, number, count }) {
  const place = count > 1 ? (100 * number) / (count - 1) : 0;
  box.style.background = `url("${address}") ${place}% 0 / ${100 * count}% 100%`;
}
