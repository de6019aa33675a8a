// Files by their first bytes, whatever their names say.
import assert from "node:assert/strict";
import { test } from "node:test";
import { kindOfPicture, sizeInHeader } from "../../docs/assets/live/pictures.js";

const bytes = (...parts) =>
  Uint8Array.from(parts.flatMap((part) => (typeof part === "string" ? [...Buffer.from(part, "latin1")] : part)));

test("pictures are known by their first bytes", () => {
  assert.equal(kindOfPicture(bytes([0xff, 0xd8, 0xff])), "JPEG");
  assert.equal(kindOfPicture(bytes([0x89], "PNG")), "PNG");
  assert.equal(kindOfPicture(bytes("RIFF", [0, 0, 0, 0], "WEBP")), "WebP");
  assert.equal(kindOfPicture(bytes([0, 0, 0, 24], "ftypheic")), "HEIC");
  assert.equal(kindOfPicture(bytes("Dear reader")), null);
  assert.equal(kindOfPicture(new Uint8Array()), null);
});

test("the size of a PNG stands in its header", () => {
  const header = bytes([0x89], "PNG\r\n\x1a\n", [0, 0, 0, 13], "IHDR", [0, 0, 2, 0, 0, 0, 1, 44]);
  assert.deepEqual(sizeInHeader(header), { width: 512, height: 300 });
});

test("the size of a JPEG is found behind the segments before it", () => {
  const app = [0xff, 0xe1, 0, 6, 1, 2, 3, 4];
  const frame = [0xff, 0xc2, 0, 17, 8, 0x1e, 0x00, 0x28, 0x00, 3, 1, 0x22, 0];
  assert.deepEqual(sizeInHeader(bytes([0xff, 0xd8], app, frame)), { width: 10240, height: 7680 });
  assert.equal(sizeInHeader(bytes([0xff, 0xd8], app)), null);
});
