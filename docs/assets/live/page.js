// What all live figures share: controls, states, progress, mistakes, and parts of a page.
import { Client } from "./client.js";
import { LiveError, kindOf, WORDS } from "./faults.js";
import { barsOf, element } from "./parts.js";
import { fetchPhotograph, readPhotograph } from "./pictures.js";

/** @type {Client | null} */
let client = null;

/** Let the page answer to its reader between two pieces of work. */
export const pause = () => new Promise((done) => setTimeout(done));

/** A figure that a reader drives; its kinds say what is done (`begin`). */
export class LiveFigure {
  /** What the reader's picture is, 3 × side × side values in [0, 1]. */
  pixels = new Float32Array();
  /** @type {any} of the networks: see `network.json` */
  description = null;
  prepared = false;
  choseMeanwhile = false;

  /** @param {HTMLElement} section */
  constructor(section) {
    this.section = section;
    const address = (/** @type {string} */ name) =>
      new URL(`${section.dataset[name]}`.replace(/\/?$/, "/"), document.baseURI).href;
    client ??= new Client(address("files"), address("runtime"));
    this.client = client;
    this.files = address("files");
    this.stopped = false;
    this.stage = this.part(".live__stage");
    this.load = this.part("[data-do=load]");
    this.load.addEventListener("click", () => this.#load());
    section.querySelector("[data-do=stop]")?.addEventListener("click", () => {
      this.stopped = true;
    });
    this.control("photograph")?.addEventListener("change", () => this.#choose());
    this.control("own")?.addEventListener("change", () => this.#choose());
  }

  /** @param {string} selector @returns {any} */
  part(selector) {
    return this.section.querySelector(selector);
  }

  /** @param {string} name @returns {any} */
  control(name) {
    return this.part(`[name=${name}]`);
  }

  /** @param {string} name */
  number(name) {
    return Number(this.control(name).value);
  }

  get state() {
    return /** @type {string} */ (this.section.dataset.state);
  }

  /** @param {string} state */
  become(state) {
    this.section.dataset.state = state;
    const ready = state === "ready" || state === "done";
    for (const button of this.section.querySelectorAll("[data-do]")) {
      const what = button.getAttribute("data-do");
      const can = { load: true, stop: state === "running" }[`${what}`] ?? ready;
      // Not `disabled`: the button that was pressed keeps the keyboard's focus.
      button.setAttribute("aria-disabled", String(!can));
    }
    this.part("[data-do=download]")?.setAttribute("aria-disabled", String(state !== "done"));
    const focused = document.activeElement === this.load;
    this.load.hidden = !["idle", "loading", "error"].includes(state);
    if (focused && this.load.hidden) this.part("[data-do]:not([data-do=load])").focus();
    this.load.textContent = state === "error" ? "Retry" : "Load the network";
    this.part("progress").hidden = state !== "loading";
  }

  /** What a reader is told of the work. @param {string} words */
  say(words) {
    this.part("[data-status]").textContent = words;
  }

  /** What came out. @param {string} words */
  answer(words) {
    this.part("[data-answer]").textContent = words;
  }

  // ------------------------------------------------------------------ loading

  async #load() {
    if (this.state === "loading") {
      this.say("The network is on its way already.");
      return;
    }
    this.become("loading");
    this.say("Asking for the network …");
    try {
      await this.client.load("trained", (progress) => this.#progress(progress));
      this.description = await this.client.describe();
      if (!this.prepared) await this.prepare();
      this.prepared = true;
      if (this.control("photograph")) await this.photograph();
      this.become("ready");
      this.say("The network is ready. Nothing leaves your machine.");
    } catch (error) {
      this.fail(error);
    }
  }

  /** @param {import("./client.js").Progress} progress */
  #progress({ stage, done, total }) {
    const bar = this.part("progress");
    bar.max = total;
    bar.value = done;
    const loaded = `${(done / 1e6).toFixed(1)} of ${(total / 1e6).toFixed(1)} MB`;
    this.say(stage === "prepare" ? "All is here. Preparing the network …" : `Loading: ${loaded}`);
  }

  /** Have the network with random weights as well, for a control. */
  async loadTwin() {
    await this.client.load("random", (progress) => this.#progress(progress));
  }

  /** What a kind does once the network is there. */
  async prepare() {}

  // ------------------------------------------------------------------ working

  /**
   * Do something that takes a while, unless something is being done; `Stop` sets `stopped`.
   * @param {() => Promise<void>} work
   */
  async work(work) {
    if (this.state !== "ready" && this.state !== "done") {
      this.say(this.state === "running" ? "One thing at a time; Stop ends this one." : "Load the network first.");
      return;
    }
    this.stopped = false;
    this.become("running");
    try {
      await work();
      this.become("done");
    } catch (error) {
      this.fail(error);
    }
    await this.#catchUp();
  }

  /** @param {unknown} error */
  fail(error) {
    const kind = kindOf(error);
    if (kind === "file") {
      // The network is as it was: another file will do.
      this.become("ready");
      this.answer("");
      this.say(/** @type {LiveError} */ (error).message);
      return;
    }
    this.become("error");
    this.say(error instanceof LiveError ? error.message : WORDS[kind]);
  }

  // -------------------------------------------------------------- photographs

  /** Read what was chosen while something else was being done. */
  async #catchUp() {
    if (!this.choseMeanwhile) return;
    this.choseMeanwhile = false;
    await this.#choose();
  }

  async #choose() {
    // While the network is on its way the choice waits; `#load` reads it then.
    if (this.state !== "ready" && this.state !== "done") {
      this.choseMeanwhile = this.state === "running";
      return;
    }
    this.become("running");
    this.answer("");
    this.say("Reading the photograph …");
    try {
      await this.photograph();
      this.become("ready");
      this.say("The photograph is read.");
    } catch (error) {
      this.fail(error);
    }
    await this.#catchUp();
  }

  /** Read the reader's photograph, or else the chosen one of the course. */
  async photograph() {
    const { side } = this.description;
    const [own] = this.control("own").files;
    const chosen = this.control("photograph").value;
    this.pixels = own
      ? await readPhotograph(own, side)
      : await fetchPhotograph(new URL(`photographs/${chosen}.png`, this.files).href, side);
    this.subject = own ? own.name : chosen;
    await this.see();
  }

  /** What a kind does with a new photograph. */
  async see() {}

  /** @param {string} label @param {string} [caption] */
  canvas(label, caption = label) {
    const { side } = this.description;
    const canvas = element("canvas", { width: side, height: side, role: "img", "aria-label": label });
    this.stage.append(element("figure", { class: "live__picture" }, canvas,
      element("figcaption", {}, caption)));
    return /** @type {HTMLCanvasElement} */ (canvas);
  }

  /**
   * Bars of the most probable classes.
   * @param {HTMLElement} list
   * @param {{ index: number, probability: number }[]} answers
   * @param {number | null} [marked] a class that is wanted
   */
  bars(list, answers, marked = null) {
    list.replaceChildren(...barsOf(answers.map(({ index, probability }) =>
      ({ name: this.description.classes[index], share: probability, marked: index === marked }))));
  }

  /**
   * A list for bars below the pictures.
   * @param {string} title
   * @returns {HTMLElement}
   */
  barList(title) {
    const list = element("ol", { class: "live__bars" });
    this.part(".live__verdicts").append(element("div", {}, element("p", {}, title), list));
    return list;
  }
}
