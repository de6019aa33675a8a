// First script of every page of the offline edition. From disk, browsers refuse fetch() and workers;
// what these would load lies beside it as scripts, which they do not refuse.
(() => {
  if (location.protocol !== "file:") return;

  // A file x.json has a neighbour x.json.js, which calls this with the content.
  window.offlineFile = (content) => {
    document.currentScript.content = content;
  };
  const fetchFromServer = window.fetch;
  window.fetch = (resource, ...options) => {
    const address = new URL(resource.url ?? resource, document.baseURI);
    if (address.protocol !== "file:") return fetchFromServer(resource, ...options);
    return new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = `${address.href}.js`;
      script.onload = () => resolve(new Response(JSON.stringify(script.content)));
      script.onerror = () => reject(new TypeError(`${address.pathname} is not part of this copy`));
      document.head.append(script);
    });
  };

  const sources = OFFLINE_WORKERS;
  const FromServer = window.Worker;
  window.Worker = class extends FromServer {
    constructor(address, options) {
      // The search's own worker names the theme's, which alone is needed here.
      const source = sources[String(address).split(/[/=]/).pop()];
      super(source ? URL.createObjectURL(new Blob([source])) : address, options);
    }
  };
})();
