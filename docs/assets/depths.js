// Depths of a network one at a time, behind a row of tabs. Pictures of the others are fetched when
// they are shown. Without this script the page keeps all of them, one below the other.
(() => {
  const prepare = (root, number) => {
    const bar = root.querySelector(".depths__tabs");
    const steps = [...root.querySelectorAll(":scope > .depths__step")];
    bar.setAttribute("role", "tablist");
    bar.setAttribute("aria-label", root.dataset.label);

    const tabs = steps.map((step, place) => {
      const tab = document.createElement("button");
      tab.type = "button";
      tab.id = `depths-${number}-tab-${place}`;
      tab.textContent = step.dataset.name;
      tab.setAttribute("role", "tab");
      step.id ||= `depths-${number}-${place}`;
      tab.setAttribute("aria-controls", step.id);
      step.setAttribute("role", "tabpanel");
      step.setAttribute("aria-labelledby", tab.id);
      tab.addEventListener("click", () => show(place));
      return tab;
    });

    const show = (chosen) => {
      tabs.forEach((tab, place) => {
        const selected = place === chosen;
        tab.setAttribute("aria-selected", String(selected));
        tab.tabIndex = selected ? 0 : -1;
        steps[place].toggleAttribute("data-shown", selected);
      });
    };

    bar.addEventListener("keydown", (event) => {
      if (event.altKey || event.ctrlKey || event.metaKey) return;
      const place = tabs.indexOf(event.target);
      const last = tabs.length - 1;
      const next = {
        ArrowLeft: place === 0 ? last : place - 1,
        ArrowRight: place === last ? 0 : place + 1,
        Home: 0,
        End: last,
      }[event.key];
      if (place < 0 || next === undefined) return;
      event.preventDefault();
      show(next);
      tabs[next].focus();
    });

    // A link to a figure opens the depth that holds it.
    const follow = () => {
      const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
      const place = steps.findIndex((step) => target && step.contains(target));
      if (place < 0) return;
      show(place);
      target.scrollIntoView();
    };

    bar.replaceChildren(...tabs);
    show(0);
    root.dataset.ready = "";
    follow();
    window.addEventListener("hashchange", follow);
  };

  document.querySelectorAll('[data-live="depths"]').forEach(prepare);
})();
