// Figures to try. This file is all that a page loads until a reader comes near one.
// Below the window: more than a screen, so that what is added grows before anybody reads there.
const NEAR = "1000px";
/** @type {Record<string, () => Promise<{ prepare: (one: any) => Promise<void> | void }>>} */
const KINDS = {
  quiz: () => import("./quiz.js"),
  path: () => import("./path.js"),
  dreams: () => import("./dreams.js"),
  fields: () => import("./fields.js"),
  rungs: () => import("./rungs.js"),
  areas: () => import("./areas.js"),
  plane: () => import("./plane.js"),
};

/** @param {HTMLElement} section */
async function take(section) {
  const { dataset } = section;
  if (dataset.state === "loading" || dataset.state === "ready") return;
  const status = /** @type {HTMLElement} */ (section.querySelector("[data-status]"));
  const retry = /** @type {HTMLElement} */ (section.querySelector("[data-do=retry]"));
  const wasFocused = document.activeElement === retry;
  dataset.state = "loading";
  status.textContent = "Loading …";
  retry.hidden = true;
  try {
    const [{ opened }, { prepare }] = await Promise.all([import("./figure.js"), KINDS[`${dataset.live}`]()]);
    await prepare(await opened(section));
    dataset.state = "ready";
    const first = section.querySelector(".hands__ready :is(input, button, select):not([hidden])");
    if (wasFocused) /** @type {HTMLElement | null} */ (first)?.focus();
  } catch (error) {
    dataset.state = "error";
    retry.hidden = false;
    status.textContent = /** @type {any} */ (error).kind === "missing"
      ? "This copy of the course lacks the files of this part. The published course has them."
      : "This part of the page could not be loaded. Press Retry when you are connected.";
  }
}

const near = new IntersectionObserver((seen) => {
  for (const { isIntersecting, target } of seen) {
    if (!isIntersecting) continue;
    near.unobserve(target);
    take(/** @type {HTMLElement} */ (target));
  }
}, { rootMargin: NEAR });
for (const one of document.querySelectorAll("section[data-live][data-folder]")) {
  const section = /** @type {HTMLElement} */ (one);
  section.dataset.scripted = "";
  section.querySelector("[data-do=retry]")?.addEventListener("click", () => take(section));
  near.observe(section);
}
