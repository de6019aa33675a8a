// Which block is most like an area, when some of the objects are left out: correlations of coarse
// matrices, calculated anew at every change.
import { element } from "../live/parts.js";
import { firstOf, pairsKept, spearman } from "./numbers.js";

const FEWEST = 3; // groups that are left, or no correlation means anything
// Of the plot, in its own units.
const [WIDE, NARROW, HEIGHT, LEFT, RIGHT, TOP, BOTTOM] = [640, 300, 230, 34, 20, 16, 34];
const [LOWEST, HIGHEST] = [-0.2, 0.8];

/** @param {import("./figure.js").HandsOn} one */
export function prepare(one) {
  const { layers, areas, categories, category, trained, random, brains } = one.states;
  const plot = one.part("svg");
  const chosen = one.control("area");
  const ticks = /** @type {HTMLInputElement[]} */ ([...one.section.querySelectorAll("[name=category]")]);
  chosen.replaceChildren(...areas.map((/** @type {string} */ name) => element("option", {}, name)));
  /** @type {Record<string, number>} the best block with all objects, by area */
  const whole = {};

  let width = WIDE;
  const x = (/** @type {number} */ layer) => LEFT + (layer * (width - LEFT - RIGHT)) / (layers.length - 1);
  const y = (/** @type {number} */ rho) => {
    const within = Math.min(HIGHEST, Math.max(LOWEST, rho));
    return TOP + ((HIGHEST - within) * (HEIGHT - TOP - BOTTOM)) / (HIGHEST - LOWEST);
  };
  const curve = (/** @type {number[]} */ rhos, /** @type {string} */ name) => element("path", {
    class: `areas__${name}`,
    d: rhos.map((rho, layer) => `${layer ? "L" : "M"}${x(layer).toFixed(1)} ${y(rho).toFixed(1)}`).join(""),
  });
  const axes = () => [0, 0.2, 0.4, 0.6, 0.8].flatMap((rho) => [
    element("line", { x1: LEFT, x2: width - RIGHT, y1: y(rho), y2: y(rho) }),
    element("text", { x: LEFT - 8, y: y(rho) + 4, "text-anchor": "end" }, rho.toFixed(1)),
  ]).concat(layers.flatMap((/** @type {string} */ name, /** @type {number} */ layer) => {
    const named = width === WIDE || layer % 4 === 1 || layer === layers.length - 1;
    const words = name.replace("block ", "");
    return named ? [element("text", { x: x(layer), y: HEIGHT - 10, "text-anchor": "middle" }, words)] : [];
  }));
  const marked = (/** @type {number} */ layer, /** @type {number} */ rho) => [
    element("line", { class: "areas__stem", x1: x(layer), x2: x(layer), y1: y(rho), y2: HEIGHT - BOTTOM + 8 }),
    element("circle", { class: "areas__best", cx: x(layer), cy: y(rho), r: 6 }),
    element("text", { class: "areas__name", x: x(layer), y: y(rho) - 12, "text-anchor": "middle" }, layers[layer]),
  ];

  const compare = () => {
    const on = new Set(ticks.filter((tick) => tick.checked).map((tick) => categories.indexOf(tick.value)));
    const kept = category.map((/** @type {number} */ index) => on.has(index));
    const pairs = pairsKept(kept);
    if (kept.filter(Boolean).length < FEWEST) {
      one.answer("Too few objects are left to compare; switch another category on.");
      return;
    }
    const of = (/** @type {number[]} */ matrix) => pairs.map((place) => matrix[place]);
    const brain = of(brains[areas.indexOf(chosen.value)]);
    const [rhos, controls] = [trained, random].map((matrices) =>
      matrices.map((/** @type {number[]} */ matrix) => spearman(of(matrix), brain)));
    const { first } = firstOf(rhos);
    if (on.size === categories.length) whole[chosen.value] = first;
    const before = whole[chosen.value];
    const moved = before === undefined || on.size === categories.length ? ""
      : before === first ? " It stays where it was with all objects."
        : ` With all objects it was ${layers[before]}.`;
    const words = `Of ${layers.length} stages ${layers[first]} is most like ${chosen.value}, ρ = ` +
      `${signed(rhos[first])}; random weights reach ${signed(Math.max(...controls))}.${moved}`;
    width = one.section.clientWidth < WIDE ? NARROW : WIDE;
    plot.setAttribute("viewBox", `0 0 ${width} ${HEIGHT}`);
    plot.replaceChildren(...axes(), curve(controls, "random"), curve(rhos, "trained"),
      ...marked(first, rhos[first]));
    plot.setAttribute("aria-label", `Likeness by block. ${words}`);
    one.section.dataset.best = layers[first];
    one.answer(words);
  };
  for (const control of [chosen, ...ticks]) control.addEventListener("change", compare);
  // With all objects first, whatever a browser remembers of an earlier visit.
  for (const tick of ticks) tick.checked = true;
  compare();
}

/** With a true minus sign. @param {number} value */
const signed = (value) => value.toFixed(2).replace("-", "−");
