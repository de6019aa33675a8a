// The unit atlas: choose a network and a layer, walk over its units, open one.
// An address such as #student/features.2/36 names what is shown, so links and the back button
// work; without this script the page keeps its list of links.
(() => {
  const root = document.querySelector(".atlas");
  const pictures = new URL(`${root.dataset.pictures.replace(/\/?$/, "/")}`, document.baseURI);
  const entries = new Map(); // address → promise of the entries in that file
  const smallestCell = 76; // CSS pixels
  const withKeyboard = matchMedia("(hover: hover) and (pointer: fine)");
  let index = null;
  let shown = { network: null, layer: null, unit: null };

  const element = (tag, attributes = {}, ...children) => {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.append(...children);
    return made;
  };

  // ------------------------------------------------------------------ addresses

  const addressOf = (network, layer, unit) =>
    `#${network.name}/${layer.name}${unit === null ? "" : `/${unit}`}`;

  const asked = () => {
    const [networkName, layerName, unitName] = decodeURIComponent(location.hash.slice(1)).split("/");
    const network = index.networks.find((one) => one.name === networkName) ?? index.networks[0];
    const layer = network.layers.find((one) => one.name === layerName) ?? network.layers.at(-1);
    const unit = layer.units.includes(Number(unitName)) ? Number(unitName) : null;
    return { network, layer, unit: unitName ? unit : null };
  };

  const file = (network, layer, name) => new URL(`${network.name}/${layer.name}/${name}`, pictures);
  const sheetOf = (layer, unit) => Math.floor(layer.units.indexOf(unit) / index.thumb.perSheet);

  const entryOf = async (network, layer, unit) => {
    const address = file(network, layer, `entries-${sheetOf(layer, unit)}.json`).href;
    if (!entries.has(address)) entries.set(address, fetch(address).then((answer) => answer.json()));
    return (await entries.get(address))[unit];
  };

  // -------------------------------------------------------------------- choices

  const parts = {
    networks: element("fieldset", { class: "atlas__choice" }),
    layers: element("fieldset", { class: "atlas__choice" }),
    hint: element("p", { class: "atlas__hint" }),
    grid: element("div", { class: "atlas__grid", role: "grid" }),
    panel: element("section", { class: "atlas__panel", "aria-label": "Unit", hidden: "" }),
    status: element("p", { class: "atlas__status", role: "status" }),
  };

  const choose = (fieldset, legend, options, chosen, change) => {
    const labels = options.map((option) => {
      const input = element("input", { type: "radio", name: legend, value: option.name });
      input.checked = option === chosen;
      input.addEventListener("change", () => change(option));
      return element("label", {}, input, option.title);
    });
    fieldset.replaceChildren(element("legend", {}, legend), ...labels);
  };

  const show = (network, layer) => {
    history.replaceState(null, "", addressOf(network, layer, null));
    render();
  };

  const renderChoices = ({ network, layer }) => {
    // Made once, so that the focus stays on the button that was pressed.
    if (!parts.networks.children.length) {
      choose(parts.networks, "Network", index.networks, network, (one) => show(one, one.layers.at(-1)));
    }
    if (network !== shown.network) {
      choose(parts.layers, "Depth", network.layers, layer, (one) => show(network, one));
    }
    for (const [part, chosen] of [[parts.networks, network], [parts.layers, layer]]) {
      for (const input of part.querySelectorAll("input")) input.checked = input.value === chosen.name;
    }
    parts.hint.textContent =
      `${layer.units.length} of ${layer.channels} units, the most selective first. Above, an image ` +
      `made to excite the unit; below, its best patch, ${layer.patch} pixels wide.` +
      (withKeyboard.matches ? " Arrow keys move, Enter opens, Escape closes." : "");
  };

  // ----------------------------------------------------------------------- grid

  const fittingColumns = (layer) =>
    Math.min(layer.units.length,
      Math.max(4, Math.min(12, Math.floor(parts.grid.clientWidth / smallestCell))));

  const cells = () => [...parts.grid.querySelectorAll(".atlas__unit")];

  const thumbnails = new IntersectionObserver((seen, observer) => {
    for (const { isIntersecting, target } of seen) {
      if (!isIntersecting) continue;
      target.style.backgroundImage = `url("${target.dataset.sheet}")`;
      observer.unobserve(target);
    }
  });

  const thumbnail = (network, layer, unit) => {
    const { perRow, perSheet } = index.thumb;
    const place = layer.units.indexOf(unit) % perSheet;
    const sheet = sheetOf(layer, unit);
    const onSheet = Math.min(perSheet, layer.units.length - sheet * perSheet);
    const rows = Math.ceil(onSheet / perRow);
    const made = element("span", { class: "atlas__thumbnail" });
    made.dataset.sheet = file(network, layer, `thumbnails-${sheet}.webp`).href;
    made.style.backgroundSize = `${100 * perRow}% ${100 * rows}%`;
    const down = rows > 1 ? (100 * Math.floor(place / perRow)) / (rows - 1) : 0;
    made.style.backgroundPosition = `${(100 * (place % perRow)) / (perRow - 1)}% ${down}%`;
    thumbnails.observe(made);
    return made;
  };

  const renderGrid = ({ network, layer }) => {
    const focused = cells().find((cell) => cell === document.activeElement)?.dataset.unit;
    const columns = fittingColumns(layer);
    parts.grid.dataset.columns = columns;
    parts.grid.style.setProperty("--columns", columns);
    parts.grid.setAttribute("aria-label", `Units of ${layer.title}, ${network.title}`);
    const rows = [];
    layer.units.forEach((unit, place) => {
      if (place % columns === 0) rows.push(element("div", { class: "atlas__row", role: "row" }));
      const link = element(
        "a",
        { class: "atlas__unit", href: addressOf(network, layer, unit), tabindex: -1,
          "aria-label": `Unit ${unit}` },
        thumbnail(network, layer, unit),
        String(unit),
      );
      link.dataset.unit = unit;
      rows.at(-1).append(element("div", { role: "gridcell" }, link));
    });
    parts.grid.replaceChildren(...rows);
    if (focused !== undefined) cellOf(focused)?.focus();
  };

  const cellOf = (unit) => cells().find((cell) => cell.dataset.unit === String(unit));

  const markCell = (unit) => {
    const all = cells();
    const entrance = cellOf(unit) ?? all.find((cell) => cell.tabIndex === 0) ?? all[0];
    for (const cell of all) {
      cell.tabIndex = cell === entrance ? 0 : -1;
      if (cell.dataset.unit === String(unit)) cell.setAttribute("aria-current", "true");
      else cell.removeAttribute("aria-current");
    }
  };

  parts.grid.addEventListener("keydown", (event) => {
    const all = cells();
    const place = all.indexOf(event.target);
    if (place < 0 || event.altKey || event.metaKey) return;
    const columns = Number(parts.grid.dataset.columns);
    const firstOfRow = place - (place % columns);
    const target = {
      ArrowLeft: place - 1,
      ArrowRight: place + 1,
      ArrowUp: place - columns,
      ArrowDown: place + columns,
      Home: event.ctrlKey ? 0 : firstOfRow,
      End: event.ctrlKey ? all.length - 1 : Math.min(firstOfRow + columns, all.length) - 1,
    }[event.key];
    if (target === undefined) return;
    event.preventDefault();
    if (!all[target]) return;
    for (const cell of all) cell.tabIndex = -1;
    all[target].tabIndex = 0;
    all[target].focus();
  });

  // ---------------------------------------------------------------------- panel

  const title = element("h3", { tabindex: -1 });
  const contents = element("div");
  const button = (text, press) => {
    const made = element("button", { type: "button" }, text);
    made.addEventListener("click", press);
    return made;
  };
  const step = (by) => {
    const { network, layer, unit } = shown;
    const next = layer.units[layer.units.indexOf(unit) + by];
    if (next !== undefined) location.hash = addressOf(network, layer, next);
  };
  const previous = button("Previous", () => step(-1));
  const next = button("Next", () => step(1));
  const close = () => {
    if (shown.unit !== null) location.hash = addressOf(shown.network, shown.layer, null);
  };
  parts.panel.append(
    element("div", { class: "atlas__head" }, title, previous, next, button("Close", close)),
    contents,
  );
  root.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
  });
  // What moves in the grid moves here, too: the unit that is open has neighbours.
  parts.panel.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!by || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    step(by);
  });

  const picture = (address, place, label, caption) => {
    const image = element("div", { class: "atlas__picture", role: "img", "aria-label": label });
    image.style.backgroundImage = `url("${address}")`;
    image.style.backgroundPosition = `${50 * place}% 0`;
    return element("figure", {}, image, element("figcaption", {}, caption));
  };

  const sourceItem = (name) =>
    element("li", {},
      element("a", { href: `${root.dataset.credits}#corpus-${name}` }, index.photographs[name]));

  const fact = (heading, ...children) =>
    element("div", {}, element("h4", {}, heading), ...children);

  const category = (entry) =>
    fact(
      "Category",
      element("p", {}, element("strong", {}, entry.category), entry.holds ? "" : "?"),
      element("p", {},
        "Half of the photographs give this name. In the other half, one of this category excites the " +
        `unit more than one of another does in ${Math.round(100 * entry.area)} % of all pairs, so the ` +
        `name ${entry.holds ? "holds" : "does not hold"}.`),
    );

  const svg = (tag, attributes, ...children) => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.append(...children);
    return made;
  };

  // A curve of responses from 0 to 1 over x in [0, 1], with labelled places on the axis.
  const plot = (label, xs, ys, ticks) => {
    const [left, right, top, bottom] = [8, 232, 8, 74];
    const x = (value) => left + value * (right - left);
    const y = (value) => bottom - value * (bottom - top);
    const path = xs.map((value, place) => `${place ? "L" : "M"}${x(value)} ${y(ys[place])}`).join("");
    const marks = ticks.flatMap(([value, text], place) => [
      svg("line", { x1: x(value), x2: x(value), y1: bottom, y2: bottom + 4 }),
      svg("text", { x: x(value), y: bottom + 17,
        "text-anchor": place === 0 ? "start" : place === ticks.length - 1 ? "end" : "middle" }, text),
    ]);
    return svg(
      "svg",
      { class: "atlas__plot", viewBox: "0 0 240 96", role: "img", "aria-label": label },
      svg("line", { x1: left, x2: right, y1: bottom, y2: bottom }),
      svg("path", { d: path }),
      ...marks,
    );
  };

  const tuning = (found) => {
    const summary =
      `Prefers ${found.colour} gratings with bars at ${found.orientation}°, ` +
      `${found.period} pixels apart; orientation selectivity ${found.selectivity}.`;
    const angles = [...found.orientations, 180].map((degrees) => degrees / 180);
    const low = Math.log(found.frequencies[0]);
    const octaves = Math.log(found.frequencies.at(-1)) - low;
    const along = (frequency) => (Math.log(frequency) - low) / octaves;
    const periods = [found.frequencies[0], 1 / 8, found.frequencies.at(-1)];
    return [
      fact(
        "Response by orientation",
        plot(summary, angles, [...found.response, found.response[0]],
          [[0, "0° (lying bars)"], [0.5, "90°"], [1, "180°"]]),
        element("p", {}, summary),
      ),
      fact(
        "Response by period",
        plot(`Response against the period of the grating; best at ${found.period} pixels.`,
          found.frequencies.map(along), found.frequency_response,
          periods.map((f) => [along(f), `${Math.round(1 / f)} px`])),
      ),
    ];
  };

  const fillPanel = async ({ network, layer, unit }) => {
    const entry = await entryOf(network, layer, unit);
    if (shown.unit !== unit || shown.layer !== layer) return; // another unit was asked for since
    const address = file(network, layer, `${unit}.webp`).href;
    const sources = entry.sources.map((name) => index.photographs[name]);
    const link = element("a", { href: addressOf(network, layer, unit) }, "Permanent link");
    contents.replaceChildren(
      element(
        "div",
        { class: "atlas__pictures" },
        picture(address, 0, `Image synthesised to excite unit ${unit}`, "Made to excite the unit"),
        picture(address, 1, `Nine patches, from: ${sources.join("; ")}`,
          "The nine patches that excite it most"),
        picture(address, 2, "Projections of the nine patches",
          "Where in them its activation comes from"),
      ),
      element(
        "div",
        { class: "atlas__facts" },
        category(entry),
        fact("Patches come from", element("ul", {}, ...entry.sources.map(sourceItem))),
        ...(entry.tuning ? tuning(entry.tuning) : []),
        fact(
          "Selectivity",
          element("p", {}, `The ninth patch lies ${entry.selectivity.toFixed(1)} standard deviations ` +
            "above the unit's usual maximum."),
          element("p", {}, link),
        ),
      ),
    );
  };

  // ------------------------------------------------------------------- together

  const render = () => {
    const wanted = asked();
    const before = shown;
    const newLayer = wanted.layer !== before.layer;
    renderChoices(wanted);
    shown = wanted;
    if (newLayer) renderGrid(wanted);
    markCell(wanted.unit);
    const open = wanted.unit !== null;
    if (!open) {
      const hadFocus = parts.panel.contains(document.activeElement);
      parts.panel.hidden = true;
      parts.status.textContent = "";
      if (before.unit !== null && (hadFocus || document.activeElement === document.body)) {
        const cell = newLayer ? cells()[0] : cellOf(before.unit);
        cell.tabIndex = 0;
        markCell(null);
        cell.focus();
      }
      return;
    }
    const place = wanted.layer.units.indexOf(wanted.unit);
    title.textContent = `Unit ${wanted.unit}, ${wanted.layer.title}, ${wanted.network.title}`;
    previous.setAttribute("aria-disabled", String(place === 0));
    next.setAttribute("aria-disabled", String(place === wanted.layer.units.length - 1));
    parts.panel.hidden = false;
    if ([previous, next].includes(document.activeElement)) {
      parts.status.textContent = title.textContent;
    } else {
      title.focus();
    }
    fillPanel(wanted).then(reveal);
  };

  // The panel stands below the grid, and a wide screen may show no more of it than its title.
  const reveal = () => {
    const { top, bottom } = parts.panel.getBoundingClientRect();
    if (top < 0 || bottom > innerHeight) parts.panel.scrollIntoView();
  };

  fetch(new URL("index.json", pictures))
    .then((answer) => answer.json())
    .then((found) => {
      index = found;
      root.append(
        parts.networks, parts.layers, parts.hint, parts.grid, parts.status, parts.panel,
      );
      render();
      window.addEventListener("hashchange", render);
      new ResizeObserver(() => {
        if (String(fittingColumns(shown.layer)) === parts.grid.dataset.columns) return;
        renderGrid(shown);
        markCell(shown.unit);
      }).observe(parts.grid);
    })
    .catch(() => delete root.dataset.scripted); // the list of links is still there
})();
