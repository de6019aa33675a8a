// Two files that look the same: guess which one fools the network, and let them take turns in one
// place. Without this script both stand side by side with their names.
(() => {
  const MILLISECONDS = 700;
  const section = document.querySelector("section[data-live=blink]");
  const pair = section.querySelector(".blink__pair");
  const pictures = [...pair.querySelectorAll("[data-is]")];
  const captions = pictures.map((picture) => picture.querySelector(".live__name"));
  const words = captions.map((caption) => caption.textContent);
  const button = (what) => section.querySelector(`[data-do=${what}]`);
  const gentle = matchMedia("(prefers-reduced-motion: reduce)");
  section.dataset.scripted = "";

  // Which one stands on the left is left to chance, or else the next reader knows it.
  if (Math.random() < 0.5) pair.prepend(pictures[1]);
  captions.forEach((caption) => { caption.textContent = "?"; });

  const reveal = (side) => {
    const guessed = [...pair.querySelectorAll("[data-is]")][side].dataset.is === "adversarial";
    captions.forEach((caption, i) => { caption.textContent = words[i]; });
    const difference = pair.querySelector(".blink__difference");
    const copies = pictures.map((picture) => picture.querySelector("img").cloneNode());
    copies.forEach((copy) => { copy.alt = ""; });
    difference.querySelector(".blink__stack").replaceChildren(...copies);
    difference.hidden = false;
    for (const what of ["left", "right"]) button(what).disabled = true;
    section.querySelector("[data-answer]").textContent =
      `${guessed ? "You were right, by luck" : "It is the other one"}: to the eye nothing tells ` +
      "them apart. Forty times enlarged, the difference does.";
    section.dataset.state = "done";
  };
  button("left").addEventListener("click", () => reveal(0));
  button("right").addEventListener("click", () => reveal(1));

  let timer = 0;
  let turns = 0; // how often they were swapped since both stood side by side
  const swap = () => {
    turns += 1;
    pictures.forEach((picture, i) => picture.classList.toggle("blink__hidden", i !== turns % 2));
  };
  const sideBySide = () => {
    clearInterval(timer);
    turns = 0;
    pictures.forEach((picture) => picture.classList.remove("blink__hidden"));
  };
  button("blink").addEventListener("click", () => {
    // Who asks for less motion sees one, then the other, then both, press by press.
    const ends = turns > 0 && (!gentle.matches || turns === 2);
    if (ends) sideBySide();
    else swap();
    if (!ends && !gentle.matches) timer = setInterval(swap, MILLISECONDS);
    button("blink").setAttribute("aria-pressed", String(!ends));
  });
})();
