// One photograph dreamt at one depth after the other, beside the same network before training.
import { element } from "../live/parts.js";
import { showFrame } from "./figure.js";

/** @param {import("./figure.js").HandsOn} one */
export async function prepare(one) {
  const { layers, judge, networks } = one.states;
  const panels = await Promise.all(networks.map(async (/** @type {any} */ { name, file, answers }) => {
    const address = (await one.picture(file)).src;
    const picture = element("div", { class: "hands__picture", role: "img" });
    const verdict = element("p", { class: "live__name" });
    return { name, address, answers, picture, verdict };
  }));
  one.part(".hands__stage").append(...panels.map(({ picture, verdict }) =>
    element("div", { class: "live__picture" }, picture, verdict)));

  const show = (/** @type {number} */ number) => {
    for (const { name, address, answers, picture, verdict } of panels) {
      showFrame(picture, { address, number, count: layers.length });
      picture.setAttribute("aria-label", `${layers[number]}, ${name}`);
      verdict.textContent = `${name}: ${answers[number]}`;
    }
    const said = panels.map(({ name, answers }) => `${name} ${answers[number]}`).join(", ");
    one.answer(`${number} of ${layers.length - 1}: ${layers[number]}. Below each picture: what ${judge} calls it.`,
      `It says: ${said}.`);
  };
  one.slider("layer", { last: layers.length - 1, words: (number) => layers[number] }, show);
}
