// Downloads in pieces: put together, checked, resumed.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { beforeEach, test } from "node:test";
import { collect } from "../../docs/assets/live/store.js";

const FOLDER = "https://course.example/live/";
// Bytes that do not pack well, so that there is something to cut.
const content = new Uint8Array(createHash("shake256", { outputLength: 3000 }).update("live").digest());
const packed = gzipSync(content);
const pieces = [packed.subarray(0, 400), packed.subarray(400)].map((data, i) => ({
  file: `${i}.bin`, bytes: data.length, data: new Uint8Array(data),
  sha256: createHash("sha256").update(data).digest("hex"),
}));
const entry = { bytes: content.length, sha256: "", pieces };
let asked;
let kept;
let answer;

beforeEach(() => {
  [asked, kept] = [[], new Map()];
  answer = ({ data }) => new Response(data);
  globalThis.caches = {
    keys: async () => ["inside-a-trained-network-live-0", "of another page"],
    delete: async (name) => asked.push(`delete ${name}`),
    open: async () => ({
      match: async (address) => kept.get(address)?.clone(),
      put: async (address, response) => kept.set(address, response),
      delete: async (address) => kept.delete(address),
    }),
  };
  globalThis.fetch = async (address) => {
    asked.push(address.replace(FOLDER, ""));
    return answer(pieces.find(({ file }) => address.endsWith(file)));
  };
});

test("pieces become the file, and every byte is counted once", async () => {
  let counted = 0;
  assert.deepEqual(await collect(FOLDER, entry, (bytes) => { counted += bytes; }), content);
  assert.equal(counted, packed.length);
  assert.deepEqual(asked, ["delete inside-a-trained-network-live-0", "0.bin", "1.bin"]);
});

test("what is kept is not fetched again", async () => {
  await collect(FOLDER, entry, () => {});
  asked.length = 0;
  assert.deepEqual(await collect(FOLDER, entry, () => {}), content);
  assert.deepEqual(asked.filter((name) => name.endsWith("bin")), []);
});

test("a download that was cut off goes on with the piece that is missing", async () => {
  answer = ({ file, data }) => new Response(file === "1.bin" ? data.slice(0, 10) : data);
  let counted = 0;
  const count = (bytes) => { counted += bytes; };
  await assert.rejects(collect(FOLDER, entry, count), { kind: "offline" });
  assert.equal(counted, 400);
  asked.length = 0;
  answer = ({ data }) => new Response(data);
  assert.deepEqual(await collect(FOLDER, entry, () => {}), content);
  assert.deepEqual(asked.filter((name) => name.endsWith("bin")), ["1.bin"]);
});

test("a piece with other bytes is refused, and not kept", async () => {
  answer = ({ file, data }) => new Response(file === "0.bin" ? data.map((byte) => byte ^ 1) : data);
  await assert.rejects(collect(FOLDER, entry, () => {}), { kind: "damaged" });
  assert.equal(kept.size, 0);
});

test("a kept piece that went bad is fetched again", async () => {
  await collect(FOLDER, entry, () => {});
  kept.set(`${FOLDER}0.bin`, new Response(new Uint8Array(400)));
  assert.deepEqual(await collect(FOLDER, entry, () => {}), content);
});

test("without a network the reader is told so, and a missing file is another thing", async () => {
  answer = () => { throw new TypeError("Failed to fetch"); };
  await assert.rejects(collect(FOLDER, entry, () => {}), { kind: "offline" });
  answer = () => new Response("not found", { status: 404 });
  await assert.rejects(collect(FOLDER, entry, () => {}), { kind: "missing" });
});

test("a browser that keeps nothing works as well", async () => {
  globalThis.caches = undefined;
  assert.deepEqual(await collect(FOLDER, entry, () => {}), content);
});
