// The worker of the search. The theme would load the index of the whole course, and a program to
// read it, at the start of every page; this one waits for the first word that is looked for.
// Messages are the theme's: it sets up an index, is told that it is ready, and asks.

const SETUP = 0;
const READY = 1;
/** @type {object | undefined} */
let options;
/** @type {Promise<void> | undefined} */
let loading;

/** Hand a message to the theme's program, as if the page had sent it. @param {object} data */
const hand = (data) => dispatchEvent(new MessageEvent("message", { data }));

const load = async () => {
  const answer = await fetch(new URL("../search/pages.json", location.href));
  const index = await answer.json();
  const program = new URLSearchParams(location.search).get("program");
  importScripts(`javascripts/workers/${program}`);
  hand({ type: SETUP, data: { ...index, options } });
};

addEventListener("message", async (event) => {
  if (!event.isTrusted) return; // handed on
  event.stopImmediatePropagation();
  const { type, data } = event.data;
  if (type === SETUP) {
    options = data.options;
    postMessage({ type: READY });
    return;
  }
  if (!data && !loading) return; // nothing is looked for yet
  loading ??= load();
  await loading;
  hand({ type, data });
});
