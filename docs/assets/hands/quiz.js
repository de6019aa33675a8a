// The two-choice test, taken by the reader: a reference, two photographs, a running score.
import { element } from "../live/parts.js";
import { scored } from "./numbers.js";

const SIDES = /** @type {const} */ (["left", "right"]);
// Of a file with the three pictures of a question, side by side: places in it, in pixels of the file.
const PLACES = { reference: 0, left: 176, right: 344 };
const [WIDTH, SIDE] = [504, 160];

/** @param {import("./figure.js").HandsOn} one */
export async function prepare(one) {
  const { questions, kinds, others } = one.states;
  /** @type {(boolean | null)[]} */
  const answers = questions.map(() => null);
  const buttons = SIDES.map((side) => one.part(`[data-do=${side}]`));
  const next = one.part("[data-do=next]");
  let at = 0;

  const ask = async () => {
    const { shown } = questions[at];
    const file = (await one.picture(`${at + 1}.webp`)).src;
    for (const [name, left] of Object.entries(PLACES)) {
      const box = one.part(`[data-part=${name}]`);
      box.style.background = `url("${file}") ${(100 * left) / (WIDTH - SIDE)}% 0 / ${(100 * WIDTH) / SIDE}% 100%`;
    }
    for (const button of buttons) {
      button.setAttribute("aria-disabled", "false");
      delete button.dataset.told;
      button.querySelector(".live__name").textContent = `The ${button.dataset.do} one`;
    }
    one.part("[data-part=question]").textContent =
      `Question ${at + 1} of ${questions.length}. Reference: ${shown}. Which photograph excites the unit more?`;
    one.part("[data-part=reference]").setAttribute("aria-label", `Reference: ${shown}`);
    next.setAttribute("aria-disabled", "true");
  };

  const tell = (/** @type {string} */ side) => {
    if (answers[at] !== null) return;
    const right = side === questions[at].side;
    answers[at] = right;
    for (const button of buttons) {
      const excites = button.dataset.do === questions[at].side;
      button.setAttribute("aria-disabled", "true");
      if (excites || button.dataset.do === side) button.dataset.told = excites ? "right" : "wrong";
      if (excites) button.querySelector(".live__name").textContent = "✓ Excites it more";
      else if (button.dataset.do === side) button.querySelector(".live__name").textContent = "✗ Excites it less";
    }
    const { told, right: number } = scored(answers, questions, kinds);
    one.answer(`${right ? "Right" : "Wrong"}: the ${questions[at].side} one. ${number} of ${told} so far.`);
    tabulate();
    next.setAttribute("aria-disabled", "false");
    next.textContent = at + 1 < questions.length ? "Next question" : "Begin again";
    next.focus();
  };

  const tabulate = () => {
    const { byKind, ...all } = scored(answers, questions, kinds);
    const outOf = (/** @type {{ right: number, told: number }} */ { right, told }) =>
      (told ? `${right} of ${told}` : "–");
    const rows = others.map((/** @type {any} */ { who, shares, right }) => element("tr", {},
      element("th", { scope: "row" }, who),
      ...shares.map((/** @type {number} */ share) => element("td", {}, `${Math.round(100 * share)} %`)),
      element("td", {}, right === undefined ? "–" : `${right} of ${questions.length}`)));
    one.part("tbody").replaceChildren(
      element("tr", { class: "live__wanted" }, element("th", { scope: "row" }, "You"),
        ...byKind.map((of) => element("td", {}, outOf(of))),
        element("td", {}, outOf(all))),
      ...rows);
  };

  for (const button of buttons) button.addEventListener("click", () => tell(button.dataset.do));
  next.addEventListener("click", async () => {
    if (answers[at] === null) return;
    if (at + 1 === questions.length) answers.fill(null);
    at = (at + 1) % questions.length;
    tabulate();
    await ask();
    one.answer("");
    buttons[0].focus();
  });
  tabulate();
  await ask();
}
