// Loads KaTeX only on pages that contain mathematics, from this site's own copy. Where all of it
// lies in closed folds, that is when the first of them is opened.
(() => {
  const formulas = [...document.querySelectorAll(".arithmatex")];
  if (formulas.length === 0) return;

  const folder = new URL("vendor/katex/", document.currentScript.src);
  const address = (file) => new URL(file, folder).href;

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

  let loading = false;
  const load = () => {
    if (loading) return;
    loading = true;
    const style = document.createElement("link");
    style.rel = "stylesheet";
    style.href = address("katex.min.css");
    const script = document.createElement("script");
    script.src = address("katex.min.js");
    script.addEventListener("load", draw);
    document.head.append(style, script);
  };

  const folds = formulas.map((formula) => formula.closest("details:not([open])"));
  if (folds.includes(null)) load();
  else for (const fold of folds) fold.addEventListener("toggle", load);
})();
