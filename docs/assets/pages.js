// What a page needs for readers who use the keyboard or a screen reader.

// A table or formula that is wider than the window scrolls; the keyboard has to reach it.
const nameScrollingParts = () => {
  const parts = { ".md-typeset__scrollwrap": "Table", "div.arithmatex": "Formula" };
  for (const [selector, kind] of Object.entries(parts)) {
    for (const part of document.querySelectorAll(selector)) {
      if (part.scrollWidth <= part.clientWidth) continue;
      part.tabIndex = 0;
      part.setAttribute("role", "region");
      part.setAttribute("aria-label", `${kind}, scrolls sideways`);
    }
  }
};
for (const event of ["load", "resize", "formulas-drawn"]) {
  window.addEventListener(event, nameScrollingParts);
}

// The lightbox gets a name, takes the focus when it opens, and gives it back when it closes.
if (typeof lightbox !== "undefined") { // the 404 page has none
  let opener = null;
  lightbox.on("open", () => {
    opener = document.activeElement;
    const dialogue = document.getElementById("glightbox-body");
    dialogue.setAttribute("aria-modal", "true");
    dialogue.setAttribute("aria-label", "Enlarged figure");
    dialogue.removeAttribute("aria-hidden");
    dialogue.querySelector(".gclose").focus();
  });
  lightbox.on("close", () => opener?.focus());
}
