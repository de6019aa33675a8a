// What can go wrong with a live figure, and what a reader is told.

/** @typedef {"offline" | "missing" | "damaged" | "memory" | "unsupported" | "lost" | "file"} Kind */

/** @type {Record<Exclude<Kind, "file">, string>} */
export const WORDS = {
  offline:
    "The download was cut off. What has arrived is kept: press Retry when you are connected.",
  missing: "This copy of the course has no network to load. The published course has.",
  damaged: "A part of the download arrived damaged. Press Retry to fetch that part again.",
  memory:
    "There is not enough memory for the network. Close other tabs and press Retry; it needs less " +
    "than 400 MB.",
  unsupported:
    "This browser cannot run the network: it lacks WebAssembly with SIMD or module workers. " +
    "Browsers of 2023 and later have both.",
  lost: "The part of the page that computes stopped answering. Press Retry to start it again.",
};

/** A mistake with words for the reader. */
export class LiveError extends Error {
  /**
   * @param {Kind} kind
   * @param {string} [words]
   */
  constructor(kind, words) {
    super(words ?? WORDS[/** @type {Exclude<Kind, "file">} */ (kind)]);
    this.kind = kind;
  }
}

/**
 * The kind of a mistake that a browser or the runtime reports in words of its own.
 * @param {unknown} error
 * @returns {Kind}
 */
export function kindOf(error) {
  if (error instanceof LiveError) return error.kind;
  const words = String(error);
  if (/memory|bad_alloc|allocation|RangeError/i.test(words)) return "memory";
  if (/WebAssembly|CompileError|wasm|no available backend/i.test(words)) return "unsupported";
  return "lost";
}

/**
 * What lies at an address, or the mistake that a reader is told.
 * @param {string | URL} address
 */
export async function fetched(address) {
  let response;
  try {
    response = await fetch(address);
  } catch {
    throw new LiveError("offline");
  }
  if (!response.ok) throw new LiveError("missing");
  return response;
}
