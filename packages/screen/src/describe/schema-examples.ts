import { IsArray, IsObject, IsUnion } from "typebox";
import type { TSchema } from "typebox";
import { Compile } from "typebox/schema";

/**
 * Refuses values in a schema (`examples`, `example`, `default`) that do not fit it. They go into
 * the contract as they are, and who builds a client takes them for what is answered.
 *
 * @param owner whose schema it is, for the message
 * @throws TypeError that names the place
 */
export function checkSchemaExamples(schema: TSchema, owner: string, at = ""): void {
  const { examples = [], example, default: fallback }: Readonly<Record<string, unknown>> = { ...schema };
  const listed = [examples].flat().map((value, index) => [`/examples/${index}`, value] as const);
  for (const [place, value] of [...listed, ["/example", example], ["/default", fallback]] as const) {
    const wrong = value === undefined ? undefined : misfit(schema, value);
    if (wrong === undefined) continue;
    throw new TypeError(
      `${owner}: in its schema, ${at}${place}${wrong.at} ${wrong.why}: correct the value of ${at}${place}, or take it out`,
    );
  }
  for (const [place, part] of partsOf(schema)) checkSchemaExamples(part, owner, `${at}${place}`);
}

function partsOf(schema: TSchema): readonly (readonly [place: string, part: TSchema])[] {
  if (IsObject(schema)) {
    return Object.entries(schema.properties).map(([name, part]) => [`/properties/${step(name)}`, part]);
  }
  if (IsArray(schema)) return [["/items", schema.items]];
  return IsUnion(schema) ? schema.anyOf.map((part, index) => [`/anyOf/${index}`, part]) : [];
}

type Misfit = { readonly at: string; readonly why: string };

/** Where a value does not fit, also by members that are not in the schema: they are never sent. */
function misfit(schema: TSchema, value: unknown): Misfit | undefined {
  const validator = Compile(schema);
  if (validator.Check(value)) return surplus(schema, value, "");
  const [, [first]] = validator.Errors(value);
  return { at: first?.instancePath ?? "", why: first?.message ?? "does not fit" };
}

function surplus(schema: TSchema, value: unknown, at: string): Misfit | undefined {
  if (IsArray(schema) && Array.isArray(value)) {
    return firstOf(value.map((item, index) => surplus(schema.items, item, `${at}/${index}`)));
  }
  if (IsUnion(schema)) {
    const found = schema.anyOf
      .filter((part) => Compile(part).Check(value))
      .map((part) => surplus(part, value, at));
    return found.includes(undefined) ? undefined : found[0];
  }
  if (!IsObject(schema) || typeof value !== "object" || value === null) return undefined;
  return firstOf(
    Object.entries(value).map(([name, member]) => {
      const place = `${at}/${step(name)}`;
      const part = Object.hasOwn(schema.properties, name) ? schema.properties[name] : undefined;
      return part === undefined
        ? { at: place, why: "is not named in the schema" }
        : surplus(part, member, place);
    }),
  );
}

function firstOf(found: readonly (Misfit | undefined)[]): Misfit | undefined {
  return found.find((one) => one !== undefined);
}

/** A name as a step of a JSON pointer (RFC 6901). */
function step(name: string): string {
  return name.replaceAll("~", "~0").replaceAll("/", "~1");
}
