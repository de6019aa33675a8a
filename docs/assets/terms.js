// A term of the field shows its definition, and a citation the work that it cites, while it is pointed
// at or has the focus, and at the first tap on a touch screen. Without scripts both are links, and
// they stay that.

const DELAY = 150; // milliseconds in which the pointer can reach the definition
let placeShown = () => {};

const describe = (link, number) => {
  const definition = document.createElement("div");
  definition.id = `definition-${number}`;
  definition.className = "definition";
  definition.role = "tooltip";
  definition.hidden = true;
  definition.textContent = link.dataset.definition;
  // Within the text, which is a landmark, but where no rule for the text applies.
  document.querySelector("main").append(definition);
  link.setAttribute("aria-describedby", definition.id); // read although it is hidden

  let leaving;
  const place = () => {
    const line = link.getClientRects()[0];
    const room = document.documentElement.clientWidth - definition.offsetWidth - 16;
    definition.style.left = `${Math.max(16, Math.min(line.left, room)) + window.scrollX}px`;
    definition.style.top = `${line.bottom + window.scrollY}px`;
  };
  const show = () => {
    clearTimeout(leaving);
    hideAll();
    definition.hidden = false;
    placeShown = place;
    place();
  };
  const leave = () => { leaving = setTimeout(() => { definition.hidden = true; }, DELAY); };

  let byTouch = false;
  link.addEventListener("pointerdown", (event) => { byTouch = event.pointerType === "touch"; });
  link.addEventListener("click", (event) => {
    if (!byTouch || !definition.hidden) return;
    event.preventDefault();
    show();
  });
  for (const part of [link, definition]) {
    part.addEventListener("pointerenter", (event) => {
      if (event.pointerType === "mouse") show();
    });
    part.addEventListener("pointerleave", (event) => {
      if (event.pointerType === "mouse") leave();
    });
  }
  link.addEventListener("focus", () => { if (link.matches(":focus-visible")) show(); });
  link.addEventListener("blur", leave);
};

const hideAll = () => {
  for (const definition of document.querySelectorAll(".definition")) definition.hidden = true;
  placeShown = () => {};
};
// Formulas that are drawn late move the text.
new ResizeObserver(() => placeShown()).observe(document.body);
document.addEventListener("keydown", (event) => { if (event.key === "Escape") hideAll(); });
document.addEventListener("pointerdown", (event) => {
  if (!event.target.closest(".term, .citation, .definition")) hideAll();
});

document.querySelectorAll("a[data-definition]").forEach(describe);
