// Loads KaTeX only on pages that contain mathematics, from this site's own copy.
(() => {
  const formulas = document.querySelectorAll(".arithmatex");
  if (formulas.length === 0) return;

  const address = (file) => new URL(`vendor/katex/${file}`, document.currentScript.src).href;
  const style = document.createElement("link");
  style.rel = "stylesheet";
  style.href = address("katex.min.css");
  document.head.append(style);

  // A formula arrives as \( … \) within a line, or as \[ … \] on lines of its own.
  const draw = () => {
    for (const formula of formulas) {
      const source = formula.textContent.trim();
      katex.render(source.slice(2, -2), formula, {
        displayMode: source.startsWith("\\["),
        throwOnError: false,
      });
    }
    document.fonts.ready.then(() => window.dispatchEvent(new Event("formulas-drawn")));
  };
  const script = document.createElement("script");
  script.src = address("katex.min.js");
  script.addEventListener("load", draw);
  document.head.append(script);
})();
