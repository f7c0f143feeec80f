import type { AboutApp } from "./about.ts";
import type { JsonObject } from "./json-schema.ts";

/** The names of a path's parameters, in Express's form: `/orders/:orderId`. */
const PARAMETER = /:([A-Za-z0-9_]+)/g;

/** The path in OpenAPI's form: `/orders/{orderId}`. */
export function templateOf(path: string): string {
  return path.replaceAll(PARAMETER, "{$1}");
}

/** What any request for this path may carry. */
export function parametersOf(path: string, { oldestVersion }: AboutApp): readonly JsonObject[] {
  const inPath = [...path.matchAll(PARAMETER)].map(([, name = ""]) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string", pattern: "^[A-Za-z0-9_-]{1,64}$" },
  }));
  const versions = oldestVersion === undefined ? [] : [appVersion(oldestVersion)];
  return [...inPath, ...DEVICE, ...versions];
}

const RATIO = { type: "number", minimum: 1, maximum: 4 };

const DEVICE: readonly JsonObject[] = [
  {
    name: "dpr",
    in: "query",
    description:
      "Device pixels per CSS pixel, for the choice of images. Without it Sec-CH-DPR counts, else 1.",
    schema: RATIO,
  },
  {
    name: "Sec-CH-DPR",
    in: "header",
    description: "The same, as browsers say it: less than 1 counts as 1, more than 4 as 4.",
    schema: { type: "number" },
  },
];

function appVersion(oldest: string): JsonObject {
  return {
    name: "X-App-Version",
    in: "header",
    description: `The app's version: it gets the shapes that it knows. Without it, the newest. Before ${oldest}: 426.`,
    schema: { type: "string", pattern: "^\\d{1,5}\\.\\d{1,5}\\.\\d{1,5}(?:[-+][0-9A-Za-z.+-]{1,64})?$" },
  };
}

export const IF_NONE_MATCH: JsonObject = {
  name: "If-None-Match",
  in: "header",
  description: "The ETag of the answer that the client has.",
  schema: { type: "string" },
};

/** @param required false where a plain form carries the key in a field instead */
export function idempotencyKey(required: boolean): JsonObject {
  return {
    name: "Idempotency-Key",
    in: "header",
    required,
    description: `Sent again with the same key, the work is done once.${required ? "" : " A form has it in a field."}`,
    schema: IDEMPOTENCY_KEY,
  };
}

export const IDEMPOTENCY_KEY: JsonObject = { type: "string", pattern: "^[\\x21-\\x7e]{8,128}$" };
