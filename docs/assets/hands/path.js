// A path from one picture to another, moved along by a slider: the picture of each step, and what
// networks make of it.
import { barsOf } from "../live/parts.js";
import { showFrame } from "./figure.js";

const FRAMES_PER_SECOND = 8;
const FILM = 20; // so many frames can be played; fewer would only jump

/** A share as bars print it: crops are counted, so that none and all are exact. @param {number} share */
const rounded = (share) => `${(100 * share).toFixed(share > 0 && share < 0.1 ? 1 : 0)} %`;

/** @param {import("./figure.js").HandsOn} one */
export async function prepare(one) {
  const { steps, gauges, shown, what } = one.states;
  const frames = await one.picture("frames.webp");
  const count = steps.length;
  const box = one.part("[data-part=frame]");
  box.style.aspectRatio = `${frames.naturalWidth / count} / ${frames.naturalHeight}`;
  one.part("[data-part=what]").textContent = what;

  const show = (/** @type {number} */ number) => {
    showFrame(box, { address: frames.src, number, count });
    box.setAttribute("aria-label", `${shown}, step ${steps[number]} of ${steps[count - 1]}`);
    const rows = gauges.map((/** @type {any} */ { name, values }) =>
      ({ name, share: values[number], words: rounded(values[number]) }));
    one.part(".live__bars").replaceChildren(...barsOf(rows));
    const said = rows.map((/** @type {any} */ { name, words }) => `${name} ${words}`).join(", ");
    one.answer(`Step ${steps[number]} of ${steps[count - 1]}.`, `${what}: ${said}.`);
  };
  const words = (/** @type {number} */ number) => String(steps[number]);
  const slider = one.slider("frame", { last: count - 1, at: count - 1, words }, show);
  if (count >= FILM) playable(one.part("[data-do=play]"), slider);
}

/**
 * A button that moves a slider to its end, frame by frame.
 * @param {HTMLButtonElement} button
 * @param {HTMLInputElement} slider
 */
function playable(button, slider) {
  let timer = 0;
  const pause = () => {
    clearInterval(timer);
    timer = 0;
    button.textContent = "Play";
  };
  const moveTo = (/** @type {number} */ value) => {
    slider.value = String(value);
    slider.dispatchEvent(new Event("input"));
  };
  const next = () => {
    moveTo(Number(slider.value) + 1);
    if (slider.value === slider.max) pause();
  };
  button.hidden = false;
  button.addEventListener("click", () => {
    if (timer) {
      pause();
      return;
    }
    if (slider.value === slider.max) moveTo(0);
    button.textContent = "Pause";
    timer = setInterval(next, 1000 / FRAMES_PER_SECOND);
  });
  // Whoever takes the slider in hand stops the film.
  slider.addEventListener("pointerdown", pause);
  slider.addEventListener("keydown", pause);
}
