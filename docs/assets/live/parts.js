// Parts of a page that figures make: elements, numbers in words, bars.

const DRAWN = new Set(["svg", "path", "line", "text", "circle"]);

/**
 * An element with attributes and children.
 * @param {string} tag
 * @param {Record<string, string | number>} [attributes]
 * @param {...(Node | string)} children
 * @returns {any}
 */
export function element(tag, attributes = {}, ...children) {
  const made = DRAWN.has(tag)
    ? document.createElementNS("http://www.w3.org/2000/svg", tag)
    : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  made.append(...children);
  return made;
}

export const percent = (/** @type {number} */ share) =>
  share > 0.9995 || share < 0.0005
    ? `${share > 0.5 ? "> 99.9" : "< 0.1"} %`
    : `${(100 * share).toFixed(share > 0.995 || share < 0.1 ? 1 : 0)} %`;

/**
 * Bars from 0 to 1, each with its name and its number, in per cent unless in other words.
 * @param {{ name: string, share: number, marked?: boolean, words?: string }[]} rows
 * @returns {HTMLElement[]}
 */
export const barsOf = (rows) => rows.map(({ name, share, marked, words = percent(share) }) => {
  const bar = element("span", { class: "live__bar", style: `--share: ${share}` });
  const item = element("li", {}, element("span", {}, name), bar,
    element("span", { class: "live__share" }, words));
  item.classList.toggle("live__wanted", Boolean(marked));
  return item;
});
