// A plane through a photograph: the answer at the place of the pointer, or of two sliders, from the
// logits that were measured at the points of a grid.
import { element } from "../live/parts.js";
import { between, firstOf } from "./numbers.js";

const SIDE = 240; // points of the map that are coloured, along each side
const STEPS = 100; // of a slider to either side
// Okabe and Ito's, of which any two differ in lightness or in what colour-blind eyes keep of them.
const COLOURS = ["#56b4e9", "#e69f00", "#009e73", "#cc79a7", "#f0e442", "#d55e00", "#0072b2", "#999999"];
const PALER = 0.25; // so much of the way to white

/** @param {import("./figure.js").HandsOn} one */
export function prepare(one) {
  const { planes, fine } = one.states;
  const names = [...new Set(planes.flatMap((/** @type {any} */ plane) => plane.classes))];
  const colourOf = (/** @type {string} */ name) => COLOURS[names.indexOf(name) % COLOURS.length];
  const canvas = one.part("canvas");
  const context = canvas.getContext("2d");
  const [across, up, choice] = ["across", "up", "plane"].map((name) => one.control(name));
  choice.replaceChildren(...planes.map((/** @type {any} */ { title }, /** @type {number} */ k) =>
    element("option", { value: k }, title)));
  /** @type {ImageData} */
  let map;
  const plane = () => planes[Number(choice.value)];

  /** Logits at a place, in shares of the half-width to either side. */
  const at = (/** @type {number} */ right, /** @type {number} */ above) => {
    const { logits, points, classes } = plane();
    const step = (/** @type {number} */ share) => ((share + 1) / 2) * (points - 1);
    return between(logits, { points, classes: classes.length }, step(above), step(right));
  };

  const paint = () => {
    map = new ImageData(SIDE, SIDE);
    const share = (/** @type {number} */ pixel) => (2 * pixel) / (SIDE - 1) - 1;
    const colours = plane().classes.map((/** @type {string} */ name) => parsed(colourOf(name)));
    const found = new Set();
    for (let row = 0; row < SIDE; row++) {
      for (let column = 0; column < SIDE; column++) {
        const { first } = firstOf(at(share(column), -share(row)));
        found.add(first);
        map.data.set([...colours[first], 255], 4 * (row * SIDE + column));
      }
    }
    one.part(".plane__key").replaceChildren(...[...found].sort((a, b) => a - b).map((index) => {
      const name = plane().classes[index];
      return element("li", {}, element("span", { style: `background-color: rgb(${parsed(colourOf(name))})` }), name);
    }));
  };

  const look = () => {
    const [right, above] = [across, up].map((slider) => Number(slider.value) / STEPS);
    const { classes, half, across: along } = plane();
    const logits = at(right, above);
    const { first, second, margin } = firstOf(logits);
    const length = (/** @type {number} */ share) => (half * share).toPrecision(2).replace("-", "−");
    const rival = second < 0 ? "nothing else comes near" : `${(margin / fine).toFixed(1)} above ${classes[second]}`;
    context.putImageData(map, 0, 0);
    const [x, y] = [((right + 1) / 2) * SIDE, ((1 - above) / 2) * SIDE];
    for (const [colour, width] of [["#ffffff", 4], ["#000000", 1.6]]) {
      context.strokeStyle = colour;
      context.lineWidth = width;
      context.beginPath();
      context.arc(x, y, 7, 0, 2 * Math.PI);
      context.moveTo(x - 12, y);
      context.lineTo(x + 12, y);
      context.moveTo(x, y - 12);
      context.lineTo(x, y + 12);
      context.stroke();
    }
    context.fillStyle = "#000000"; // the photograph
    context.beginPath();
    context.arc(SIDE / 2, SIDE / 2, 3, 0, 2 * Math.PI);
    context.fill();
    one.section.dataset.answerIs = classes[first];
    one.part("[data-part=axis]").textContent = `Across: ${along}`;
    one.answer(`${length(right)} across and ${length(above)} up from the photograph the answer is ` +
      `${classes[first]}, its logit ${rival}.`);
    return [right, above].map(length);
  };

  const words = (/** @type {number} */ value) =>
    `${((plane().half * value) / STEPS).toPrecision(2).replace("-", "−")}`;
  const draw = () => {
    paint();
    for (const name of ["across", "up"]) {
      const slider = one.control(name);
      slider.value = "0";
      slider.dispatchEvent(new Event("input"));
    }
  };
  const follow = (/** @type {PointerEvent} */ event) => {
    const box = canvas.getBoundingClientRect();
    const place = (/** @type {number} */ share) => String(Math.round(STEPS * (2 * share - 1)));
    across.value = place((event.clientX - box.left) / box.width);
    up.value = place(1 - (event.clientY - box.top) / box.height);
    for (const slider of [across, up]) slider.dispatchEvent(new Event("input"));
  };
  paint();
  for (const name of ["across", "up"]) one.slider(name, { last: STEPS, words }, look);
  choice.addEventListener("change", draw);
  canvas.addEventListener("pointermove", follow);
  canvas.addEventListener("pointerdown", follow);
}

/** Red, green and blue of a colour such as #56b4e9, made paler. @param {string} colour */
const parsed = (colour) => [1, 3, 5].map((at) =>
  (1 - PALER) * parseInt(colour.slice(at, at + 2), 16) + PALER * 255);
