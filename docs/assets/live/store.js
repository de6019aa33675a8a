// Files in pieces: fetched one after the other, checked, kept, and put together.
import { LiveError } from "./faults.js";

/** @typedef {{ file: string, bytes: number, sha256: string }} Piece */
/** @typedef {{ bytes: number, sha256: string, pieces: Piece[] }} Entry */

// Kept by this name; caches of other versions of this program are deleted.
const PREFIX = "inside-a-trained-network-live-";
const CACHE = `${PREFIX}1`;
const TRIES = 3;
const SECONDS_WITHOUT_BYTES = 30;

/** @returns {Promise<Cache | null>} null where the browser keeps nothing, as in private windows */
export async function openCache() {
  try {
    for (const name of await caches.keys()) {
      if (name.startsWith(PREFIX) && name !== CACHE) await caches.delete(name);
    }
    return await caches.open(CACHE);
  } catch {
    return null;
  }
}

/**
 * The content of a file whose pieces lie in one folder. Pieces that are kept already are not
 * fetched; so a download that was cut off goes on where it was.
 * @param {string} folder address
 * @param {Entry} entry
 * @param {(bytes: number) => void} arrived told of every part that came
 */
export async function collect(folder, entry, arrived) {
  const cache = await openCache();
  const parts = [];
  for (const piece of entry.pieces) {
    parts.push(await keptOrFetched(cache, new URL(piece.file, folder).href, piece, arrived));
  }
  return unpacked(parts, entry.bytes);
}

/**
 * @param {Cache | null} cache
 * @param {string} address
 * @param {Piece} piece
 * @param {(bytes: number) => void} arrived
 */
async function keptOrFetched(cache, address, piece, arrived) {
  const kept = await cache?.match(address);
  if (kept) {
    const content = new Uint8Array(await kept.arrayBuffer());
    if (await isAsExpected(content, piece)) {
      arrived(piece.bytes);
      return content;
    }
    await cache?.delete(address);
  }
  for (let attempt = 1; ; attempt++) {
    let counted = 0;
    try {
      const content = await fetched(address, piece, (bytes) => {
        counted += bytes;
        arrived(bytes);
      });
      // A full disk only means that the next visit fetches again.
      await cache?.put(address, new Response(content)).catch(() => {});
      return content;
    } catch (error) {
      arrived(-counted);
      const hopeless = error instanceof LiveError && error.kind === "missing";
      if (hopeless || attempt === TRIES) throw error;
      await new Promise((done) => setTimeout(done, 400 * attempt));
    }
  }
}

/**
 * @param {string} address
 * @param {Piece} piece
 * @param {(bytes: number) => void} arrived
 */
async function fetched(address, piece, arrived) {
  const content = new Uint8Array(piece.bytes);
  let length = 0;
  try {
    const silence = new AbortController();
    const response = await fetch(address, { signal: silence.signal });
    if (!response.ok || !response.body) throw new LiveError("missing");
    const reader = response.body.getReader();
    for (;;) {
      const timer = setTimeout(() => silence.abort(), 1000 * SECONDS_WITHOUT_BYTES);
      const { done, value } = await reader.read();
      clearTimeout(timer);
      if (done) break;
      if (length + value.length > piece.bytes) throw new LiveError("damaged");
      content.set(value, length);
      length += value.length;
      arrived(value.length);
    }
  } catch (error) {
    throw error instanceof LiveError ? error : new LiveError("offline");
  }
  if (length < piece.bytes) throw new LiveError("offline");
  if (!(await isAsExpected(content, piece))) throw new LiveError("damaged");
  return content;
}

/**
 * @param {Uint8Array<ArrayBuffer>} content
 * @param {Piece} piece
 */
async function isAsExpected(content, piece) {
  if (content.length !== piece.bytes) return false;
  if (!globalThis.crypto?.subtle) return true; // not offered to pages without encryption
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", content));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("") === piece.sha256;
}

/**
 * @param {Uint8Array<ArrayBuffer>[]} parts of a file packed by gzip
 * @param {number} bytes of the file
 */
async function unpacked(parts, bytes) {
  if (typeof DecompressionStream === "undefined") throw new LiveError("unsupported");
  const stream = new Blob(parts).stream().pipeThrough(new DecompressionStream("gzip"));
  const content = new Uint8Array(bytes);
  let length = 0;
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    content.set(value, length);
    length += value.length;
  }
  if (length !== bytes) throw new LiveError("damaged");
  return content;
}
