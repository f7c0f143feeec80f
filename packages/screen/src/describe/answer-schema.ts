import type { TSchema } from "typebox";
import { isOlder, parseVersion } from "../definition/app-version.ts";
import type { AppVersion } from "../definition/app-version.ts";
import type { AnyScreen } from "../definition/screen.ts";
import { jsonSchema } from "./json-schema.ts";
import type { JsonObject } from "./json-schema.ts";

/** The JSON that a screen answers to an app of that version: a member per section, and `degraded`. */
export function answerSchema<Clients>(screen: AnyScreen<Clients>, version: AppVersion): JsonObject {
  const sections = Object.entries(screen.sections).map(([name, section]) => ({
    name,
    schema: jsonSchema(schemaFor(section, version)),
    kind: section.kind,
  }));
  return {
    type: "object",
    required: [...sections.map(({ name }) => name), "degraded"],
    properties: {
      ...Object.fromEntries(sections.map(({ name, schema }) => [name, schema])),
      degraded: {
        type: "array",
        description: degradedText(sections.filter(({ kind }) => kind === "optional").map(({ name }) => name)),
        items: { $ref: "#/components/schemas/Degraded" },
      },
    },
  };
}

/** The oldest shape that is due to that version: changes stand newest first. */
function schemaFor(
  section: {
    readonly schema: TSchema;
    readonly changes?: readonly { readonly until: AppVersion; readonly schema: TSchema }[];
  },
  version: AppVersion,
): TSchema {
  const app = partsOf(version);
  const due = (section.changes ?? []).filter(({ until }) => isOlder(app, partsOf(until)));
  return due.at(-1)?.schema ?? section.schema;
}

function partsOf(version: AppVersion) {
  const parts = parseVersion(version);
  if (parts === undefined) throw new TypeError(`${version} is not a version: write it as 3.0.0`);
  return parts;
}

function degradedText(optional: readonly string[]): string {
  const all = "Sections that are not what they should be, because a service failed.";
  return optional.length === 0 ? all : `${all} Empty may be: ${optional.join(", ")}.`;
}
