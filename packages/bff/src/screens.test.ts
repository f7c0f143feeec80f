import assert from "node:assert/strict";
import { test } from "node:test";
import { datedChanges, defineScreens } from "@triptych/screen";
import { Type } from "typebox";
import { screens } from "./screens.ts";

const { screen, required } = defineScreens<object>();
const Newest = Type.Object({ cost: Type.String() });

const home = screen({
  name: "home",
  path: "/home",
  summary: "For tests",
  budget: { deadlineMs: 800, upstreamCalls: 0, bytes: 200 },
  sections: {
    item: required({
      schema: Newest,
      load: async () => ({}),
      shape: () => ({ cost: "" }),
      changes: datedChanges<typeof Newest>().until("3.1.0", {
        note: "price became cost",
        older: Type.Object({ price: Type.String() }),
        toOlder: ({ cost }) => ({ price: cost }),
      }),
    }),
  },
});

test("refuses a change that the newest version does not know yet", () => {
  const build = (newest: "3.0.9" | "3.1.0") =>
    screens({ title: "T", versions: { newest, oldest: "1.0.0" }, screens: [home] });
  assert.throws(() => build("3.0.9"), {
    name: "TypeError",
    message:
      "home: a change of item is dated until 3.1.0, but versions.newest is 3.0.9: raise that to 3.1.0 or later",
  });
  assert.doesNotThrow(() => build("3.1.0"));
});

test("refuses a dated change where no client says its version", () => {
  assert.throws(() => screens({ title: "T", versions: { newest: "3.1.0" }, screens: [home] }), {
    name: "TypeError",
    message:
      /^home: item has dated changes, but versions\.oldest is not set: .* keep the old field beside the new one$/,
  });
});
