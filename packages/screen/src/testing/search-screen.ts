import { Type } from "typebox";
import { defineScreens, withPage } from "../definition/screen.ts";
import type { ScreenInput } from "../definition/section.ts";
import type { FakeClients } from "./fake-upstreams.ts";

const { screen, required, optional } = defineScreens<FakeClients>();

/** A parameter of each kind. */
export const SearchQuery = Type.Object({
  q: Type.String({ minLength: 1, maxLength: 20, default: "all" }),
  cursor: Type.Optional(Type.String()),
  limit: Type.Integer({ minimum: 1, default: 10 }),
  below: Type.Optional(Type.Number()),
  open: Type.Optional(Type.Boolean()),
  sort: Type.Optional(Type.Union([Type.Literal("newest"), Type.Literal("oldest")])),
  since: Type.Optional(Type.String({ format: "date" })),
  tag: Type.Array(Type.Enum(["red", "blue"]), { maxItems: 2, default: [] }),
  id: Type.Optional(Type.Array(Type.Integer())),
});
/** What the sections of `search` get. */
export type SearchInput = ScreenInput<never, typeof SearchQuery>;

const said = (input: SearchInput) => JSON.stringify({ ...input.query });

/** A screen that shows what `load` and `shape` get. */
export const search = withPage(
  screen({
    name: "search",
    path: "/search",
    summary: "For tests",
    query: SearchQuery,
    budget: { deadlineMs: 800, upstreamCalls: 0, bytes: 1_000 },
    sections: {
      loaded: required({
        schema: Type.String(),
        load: async (_clients, input: SearchInput) => said(input),
        shape: (loaded) => loaded,
      }),
      shaped: optional({
        schema: Type.String(),
        fallback: "",
        load: async () => null,
        shape: (_loaded, input: SearchInput) => said(input),
      }),
      at: required({ schema: Type.Number(), load: async (_, { now }) => now, shape: (now) => now }),
    },
  }),
  {
    layout: ({ loaded, shaped, at }) =>
      `<!doctype html><html><head></head><body>${loaded}${shaped}${at}</body></html>`,
    sections: { loaded: (text) => text, shaped: (text) => text, at: String },
    waiting: () => "",
    failed: () => "",
    headers: () => ({}),
  },
);

/** What its query says when it is empty. */
export const DEFAULTS = { q: "all", limit: 10, tag: [] };
