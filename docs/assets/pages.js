// What a page needs for readers who use the keyboard or a screen reader.

// The theme leaves the search, and the buttons beside each piece of code, without a name.
document.querySelector(".md-search")?.setAttribute("aria-label", "Search");
// Its index is fetched while the first word is being typed; the worker finds it in the cache.
document.querySelector(".md-search__input")?.addEventListener("focus", () => {
  if (location.protocol === "file:") return; // there the index is a script of its own
  const { base } = JSON.parse(document.getElementById("__config").textContent);
  document.head.append(Object.assign(document.createElement("link"), {
    rel: "prefetch", href: `${base}/search/pages.json`,
  }));
}, { once: true });
const nameCodeButtons = () => {
  for (const [index, buttons] of document.querySelectorAll(".md-code__nav").entries()) {
    buttons.setAttribute("aria-label", `Code block ${index + 1}`);
  }
};
new MutationObserver(nameCodeButtons).observe(document.body, { childList: true, subtree: true });
nameCodeButtons();

// Code, a table or a formula that is larger than its frame scrolls; the keyboard has to reach it.
const nameScrollingParts = () => {
  const plain = "pre > code, .highlight pre, .lab-text, .lab-shown [role=group]";
  for (const part of document.querySelectorAll(plain)) {
    if (part.scrollWidth > part.clientWidth || part.scrollHeight > part.clientHeight) part.tabIndex = 0;
  }
  const parts = { ".md-typeset__scrollwrap": "Table", "div.arithmatex": "Formula" };
  for (const [selector, kind] of Object.entries(parts)) {
    for (const [index, part] of document.querySelectorAll(selector).entries()) {
      if (part.scrollWidth <= part.clientWidth) continue;
      part.tabIndex = 0;
      part.setAttribute("role", "region");
      part.setAttribute("aria-label", `${kind} ${index + 1}, scrolls sideways`);
    }
  }
};
for (const event of ["load", "resize", "formulas-drawn"]) {
  window.addEventListener(event, nameScrollingParts);
}

// A heading of a table of facts sorts it: upwards first, downwards when pressed again.
const sortBy = (header, table) => {
  const column = header.cellIndex;
  const upwards = header.getAttribute("aria-sort") !== "ascending";
  const key = (row) => row.cells[column].dataset.sort ?? row.cells[column].textContent.trim();
  const order = new Intl.Collator("en", { numeric: true });
  const rows = [...table.tBodies[0].rows].sort((a, b) => order.compare(key(a), key(b)));
  table.tBodies[0].append(...(upwards ? rows : rows.reverse()));
  for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
  header.setAttribute("aria-sort", upwards ? "ascending" : "descending");
};
for (const table of document.querySelectorAll("table[data-sortable]")) {
  table.classList.add("sortable");
  for (const header of table.tHead.rows[0].cells) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...header.childNodes);
    button.addEventListener("click", () => sortBy(header, table));
    header.append(button);
  }
}

// On a phone the lightbox enlarges the narrow picture; the wide one would be smaller than the page's.
const narrowWindow = matchMedia("(max-width: 600px)");
const chooseEnlarged = () => {
  for (const link of document.querySelectorAll("a.glightbox[data-narrow]")) {
    link.dataset.wide ??= link.getAttribute("href");
    link.setAttribute("href", narrowWindow.matches ? link.dataset.narrow : link.dataset.wide);
  }
  if (typeof lightbox !== "undefined") lightbox.reload();
};
narrowWindow.addEventListener("change", chooseEnlarged);
if (narrowWindow.matches) chooseEnlarged();

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
