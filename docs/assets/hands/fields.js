// The field of the unit at the centre, depth by depth: where its gradient comes from lights up the
// photograph; squares show what is granted by arithmetic and what is used.

/** @param {import("./figure.js").HandsOn} one */
export async function prepare(one) {
  const { side, percent, layers, theoretical, effective } = one.states;
  const [photograph, lights] = await Promise.all(["photograph.webp", "frames.webp"].map((name) => one.picture(name)));
  const canvas = one.part("canvas");
  const scale = canvas.width / side;
  const context = canvas.getContext("2d");
  const lightSide = lights.naturalHeight;

  /** A square that shows on any ground: a light line on a dark one. */
  const outline = (/** @type {number[]} */ [left, top, length], /** @type {number[]} */ dashes) => {
    context.setLineDash(dashes);
    for (const [colour, width] of [["#000000", 5], ["#ffffff", 2.4]]) {
      context.strokeStyle = colour;
      context.lineWidth = width;
      context.strokeRect(scale * left, scale * top, scale * length, scale * length);
    }
  };

  const show = (/** @type {number} */ depth) => {
    context.globalCompositeOperation = "source-over";
    context.drawImage(photograph, 0, 0, canvas.width, canvas.height);
    context.globalCompositeOperation = "multiply";
    context.drawImage(lights, depth * lightSide, 0, lightSide, lightSide, 0, 0, canvas.width, canvas.height);
    context.globalCompositeOperation = "source-over";
    outline(theoretical[depth], [10, 8]);
    outline(effective[depth], []);
    const [granted, used] = [theoretical[depth][2], effective[depth][2]];
    const beyond = granted > side ? `, more than the image of ${side}` : "";
    const words = `${layers[depth][0].toUpperCase()}${layers[depth].slice(1)}: arithmetic grants ${granted} pixels${beyond}; ` +
      `${percent} % of the energy lies in ${used}.`;
    canvas.setAttribute("aria-label", `Photograph with two squares. ${words}`);
    one.answer(words);
  };
  one.slider("depth", { last: layers.length - 1, at: 5, words: (depth) => layers[depth] }, show);
}
