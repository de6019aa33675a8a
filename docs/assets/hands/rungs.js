// The ladder of priors, rung by rung: its images large, and what networks make of them.
import { barsOf, element, percent } from "../live/parts.js";
import { showFrame } from "./figure.js";

/** @param {import("./figure.js").HandsOn} one */
export async function prepare(one) {
  const { rungs, classes, viewers, probabilities } = one.states;
  const panels = classes.map((/** @type {string} */ name) => {
    const picture = element("div", { class: "hands__picture", role: "img" });
    const bars = element("ol", { class: "live__bars" });
    one.part(".hands__stage").append(element("div", { class: "live__picture" }, picture,
      element("p", { class: "live__name" }, name), bars));
    return { name, picture, bars };
  });

  const show = (/** @type {number} */ rung) => {
    const address = one.address(`${rung + 1}.webp`);
    const of = probabilities[rung];
    panels.forEach((/** @type {any} */ { name, picture, bars }, /** @type {number} */ number) => {
      showFrame(picture, { address, number, count: classes.length });
      picture.setAttribute("aria-label", `${name}, made with: ${rungs[rung]}`);
      bars.replaceChildren(...barsOf(viewers.map((/** @type {string} */ viewer, /** @type {number} */ row) =>
        ({ name: viewer, share: of[row][number], marked: row === 0 }))));
    });
    one.answer(`${rung + 1} of ${rungs.length}: ${rungs[rung]}.`, `For ${classes.join(" and ")}, the network ` +
      `that was climbed gives ${spoken(of[0])}, ${viewers.at(-1)} ${spoken(of.at(-1))}.`);
  };
  await one.picture("1.webp");
  one.slider("rung", { last: rungs.length - 1, words: (rung) => `${rung + 1}. ${rungs[rung]}` }, show);
}

/** @param {number[]} shares */
const spoken = (shares) => shares.map(percent).join(" and ");
