// The ladder of priors, rung by rung: its images large, and what networks make of them.
import { barsOf } from "../live/parts.js";
import { begin } from "./hands.js";

begin("rungs", async (one) => {
  const { rungs, classes, viewers, probabilities } = one.states;
  const image = one.part("[data-part=picture]");
  const list = one.part(".live__bars");

  const show = (/** @type {number} */ rung) => {
    image.src = one.address(`${rung + 1}.webp`);
    image.alt = `Two images made with “${rungs[rung]}”: ${classes.join(" and ")}`;
    const rows = classes.flatMap((/** @type {string} */ name, /** @type {number} */ column) =>
      viewers.map((/** @type {string} */ viewer, /** @type {number} */ row) =>
        ({ name: `${name}, ${viewer}`, share: probabilities[rung][row][column], marked: row === 0 })));
    list.replaceChildren(...barsOf(rows));
    const least = Math.min(...probabilities[rung].at(-1));
    one.answer(`${rung + 1} of ${rungs.length}: ${rungs[rung]}. The network that was climbed gives ` +
      `${spoken(probabilities[rung][0])}, the last judge ${spoken(probabilities[rung].at(-1))}` +
      `${least > 0.5 ? ": it sees both" : ""}.`);
  };
  await one.picture("1.webp");
  one.slider("rung", { last: rungs.length - 1, words: (rung) => `${rung + 1}. ${rungs[rung]}` }, show);
});

/** @param {number[]} shares */
const spoken = (shares) => shares.map((share) => `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`).join(" and ");
