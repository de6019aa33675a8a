// A figure as a picture for a slide, drawn when it is asked for: 1920 × 1080 pixels of the figure's own
// background with the figure in their middle. Without scripts the figure's own file is offered.

const WIDTH = 1920;
const HEIGHT = 1080;
const MARGIN = 40;
// The backgrounds of the drawings, as in site_lib/editions/slides.py.
const BACKGROUNDS = { light: "#ffffff", dark: "#1e2129" };

/** @param {HTMLAnchorElement} link to the largest file of a figure @returns {Promise<string>} */
const slideOf = async (link) => {
  const picture = new Image();
  picture.src = link.href;
  await picture.decode();
  const canvas = Object.assign(document.createElement("canvas"), { width: WIDTH, height: HEIGHT });
  const context = canvas.getContext("2d");
  context.fillStyle = BACKGROUNDS[link.dataset.slide];
  context.fillRect(0, 0, WIDTH, HEIGHT);
  const { naturalWidth, naturalHeight } = picture;
  const scale = Math.min((WIDTH - 2 * MARGIN) / naturalWidth, (HEIGHT - 2 * MARGIN) / naturalHeight);
  const [width, height] = [scale * naturalWidth, scale * naturalHeight];
  context.imageSmoothingQuality = "high";
  context.drawImage(picture, (WIDTH - width) / 2, (HEIGHT - height) / 2, width, height);
  const blob = await new Promise((done) => { canvas.toBlob(done, "image/png"); });
  return URL.createObjectURL(blob);
};

/** @param {HTMLAnchorElement} link */
const offerSlide = (link) => {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = `PNG ${WIDTH} × ${HEIGHT}, ${link.dataset.slide}`;
  button.addEventListener("click", async () => {
    const href = await slideOf(link);
    const download = link.download.replace(/[.]\w+$/, ".png");
    Object.assign(document.createElement("a"), { href, download }).click();
    URL.revokeObjectURL(href);
  });
  const pair = Object.assign(document.createElement("span"), { className: "pair" });
  pair.append(button);
  link.closest("dd").append(pair, " ");
};

// From disk, browsers do not let a page read its own pictures.
if (location.protocol !== "file:") document.querySelectorAll("a[data-slide]").forEach(offerSlide);
