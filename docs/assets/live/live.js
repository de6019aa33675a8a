// Figures that a reader drives. This file is all that a page loads until a button is pressed.
/** @type {Record<string, () => Promise<any>>} */
const KINDS = {
  attack: async () => (await import("./attack.js")).Attack,
  occlude: async () => (await import("./occlude.js")).Occlude,
  rotate: async () => (await import("./rotate.js")).Rotate,
  grow: async () => (await import("./grow.js")).Grow,
  inside: async () => (await import("./inside.js")).Inside,
};

for (const section of document.querySelectorAll("section[data-live][data-files]")) {
  const { dataset } = /** @type {HTMLElement} */ (section);
  const load = /** @type {HTMLButtonElement} */ (section.querySelector("[data-do=load]"));
  const status = /** @type {HTMLElement} */ (section.querySelector("[data-status]"));
  dataset.scripted = "";
  for (const output of section.querySelectorAll("output")) {
    const slider = /** @type {HTMLInputElement} */ (output.parentElement?.querySelector("input"));
    const write = () => { output.value = slider.value; };
    slider.addEventListener("input", write);
    write();
  }
  const begin = async () => {
    load.removeEventListener("click", begin);
    try {
      const Kind = await KINDS[`${dataset.live}`]();
      new Kind(section);
      load.click();
    } catch {
      load.addEventListener("click", begin);
      load.textContent = "Retry";
      dataset.state = "error";
      status.textContent = "This part of the page could not be loaded. Press Retry when you are connected.";
    }
  };
  load.addEventListener("click", begin);
}
