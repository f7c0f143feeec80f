import assert from "node:assert/strict";
import { it } from "node:test";
import { DEFAULT_MEDIA_URL } from "../service/pictures.ts";
import { stderrLogger } from "../service/tools.ts";
import { listAt, textAt } from "../testing/json.ts";
import { startRoutes } from "../testing/service-under-test.ts";
import { readRecording, recordingFile, RECORDINGS } from "./recording.ts";
import { replayRoutes } from "./replay.ts";

it("answers recorded pictures at the front door of now, and draws them", async (t) => {
  const exchanges = readRecording(recordingFile(RECORDINGS, "catalog"));
  const mediaUrl = "http://127.0.0.1:18080";
  const logger = stderrLogger("catalog", "silent");
  const service = await startRoutes(replayRoutes("catalog", exchanges, { mediaUrl, logger }));
  t.after(() => service.stop());
  const { status, text } = await service.call("1", "/products?ids=prd_0002");
  assert.equal(status, 200, text);
  assert.ok(!text.includes(DEFAULT_MEDIA_URL));
  const [first] = listAt(text, "products.0.images");
  const address = textAt(first, "url");
  assert.ok(address.startsWith(`${mediaUrl}/media/products/prd_0002/`), address);
  assert.equal((await service.call("", address.slice(mediaUrl.length))).status, 200);
});
