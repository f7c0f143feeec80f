import assert from "node:assert/strict";
import { IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";
import { test } from "node:test";
import { array, assert as check, boolean, nat, property, record } from "fast-check";
import { OpenAnswers } from "./connections.ts";

test("it holds what a Set would hold, whatever comes and goes in whichever order", () => {
  const responses = Array.from({ length: 6 }, () => new ServerResponse(new IncomingMessage(new Socket())));
  const step = record({ which: nat(responses.length - 1), comes: boolean() });
  check(
    property(array(step, { maxLength: 40 }), (steps) => {
      const open = new OpenAnswers();
      const expected = new Set<ServerResponse>();
      for (const { which, comes } of steps) {
        const response = responses[which];
        if (response === undefined) continue;
        if (!comes) {
          open.delete(response);
          expected.delete(response);
        } else if (!expected.has(response)) {
          open.add(response);
          expected.add(response);
        }
        assert.equal(open.size, expected.size);
        assert.deepEqual(new Set(open), expected);
      }
      for (const response of expected) open.delete(response);
    }),
  );
});
