import assert from "node:assert/strict";
import { test } from "node:test";
import { PageClient } from "../load/page-client.ts";
import { Gateway } from "../load/gateway.ts";
import { WEB } from "../processes/apps.ts";
import { costsOf } from "./compare-costs.ts";

function program(name: string) {
  return { name, pid: 0, bytes: 0, client: new PageClient("http://127.0.0.1:1", WEB, new Gateway()) };
}

test("of several processes of a program the median one counts, and each turn beside the baseline's process of the same number", () => {
  const plain = [program("plain"), program("plain"), program("plain")];
  const dear = [program("dear"), program("dear"), program("dear")];
  const costs = [100, 110, 400, 150, 165, 120];
  const samples = new Map([...plain, ...dear].map((one, index) => [one, Array(8).fill(costs[index])]));
  assert.deepEqual(costsOf([plain, dear], samples), [
    { name: "plain", cpuUs: 110, ratio: 1, ratioFrom: 1, ratioTo: 1 },
    { name: "dear", cpuUs: 150, ratio: 150 / 110, ratioFrom: 0.3, ratioTo: 1.5 },
  ]);
});
