import { UsageError } from "../../command-line.ts";
import type { Name } from "../names.ts";
import type { TemplateFiles } from "../template.ts";

/** What a screen takes in its address. */
export interface Parameters {
  /** Below the app's prefix, in Express's syntax: `/orders/:orderId/notes`. */
  readonly path: string;
  /** The names of the path's parameters. */
  readonly inPath: readonly string[];
  /** The names of the query's parameters. */
  readonly query: readonly string[];
}

const SEGMENT = /^(?::[A-Za-z][A-Za-z0-9]*|[a-z0-9]+(?:-[a-z0-9]+)*)$/;
const QUERY_NAME = /^[A-Za-z][A-Za-z0-9_]*$/;

/**
 * Reads the options of `npm run new:screen`.
 *
 * @param given.path default: the screen's name
 * @throws UsageError that says the allowed form
 */
export function readParameters(
  { kebab }: Name,
  given: { readonly path?: string | undefined; readonly query?: readonly string[] | undefined },
): Parameters {
  const { path = `/${kebab}`, query = [] } = given;
  const [start, ...segments] = path.split("/");
  if (start !== "" || segments.length === 0 || !segments.every((segment) => SEGMENT.test(segment))) {
    throw new UsageError(
      `--path is below the app's prefix, with parameters such as :orderId (/orders/:orderId/notes), but got ${JSON.stringify(path)}`,
    );
  }
  const inPath = segments.flatMap((segment) => (segment.startsWith(":") ? [segment.slice(1)] : []));
  const strange = query.find((name) => !QUERY_NAME.test(name));
  if (strange !== undefined) {
    throw new UsageError(
      `--query is a name of letters and digits, once for each parameter, but got ${JSON.stringify(strange)}`,
    );
  }
  for (const names of [inPath, query]) {
    const twice = names.find((name, index) => names.indexOf(name) < index);
    if (twice !== undefined)
      throw new UsageError(`${twice} is there twice: give each parameter its own name`);
  }
  return { path, inPath, query };
}

/** The path with a value for each of its parameters. */
export function exampleOf({ path }: Parameters): string {
  return path.replaceAll(/:\w+/g, "1");
}

/** The path as people read it, with the names of its query: `/orders/:orderId/notes?cursor=…`. */
export function shownOf({ path, query }: Parameters): string {
  return path + query.map((name, index) => `${index === 0 ? "?" : "&"}${name}=…`).join("");
}

/**
 * Gives a copied screen and its test their address, and the query's schema with a test of it.
 *
 * @param files of a screen at `/<name>` without parameters
 * @param prefix of its app
 */
export function withParameters(
  files: TemplateFiles,
  { kebab, pascal }: Name,
  prefix: string,
  parameters: Parameters,
): TemplateFiles {
  const { path, inPath, query } = parameters;
  const address = `${prefix}${exampleOf(parameters)}`;
  const ofPath = inPath.length === 0 ? "never" : inPath.map((name) => `"${name}"`).join(" | ");
  const input = `ScreenInput<${ofPath}${query.length === 0 ? "" : `, typeof ${pascal}Query`}>`;
  const names = [...(inPath.length > 0 ? ["params"] : []), ...(query.length > 0 ? ["query"] : [])];
  const use = `\`load: (clients, { ${names.join(", ")} }: ${input}) => …\`.`;
  const comment = `/**\n * How its sections get the address:\n * ${use}\n */\n`;
  const members = query.map(
    (name) => `${name}: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),`,
  );
  const schema =
    query.length === 0 ? "" : `const ${pascal}Query = Type.Object({ ${members.join("\n")} });\n\n`;
  const source = (text: string): string =>
    text
      .replace(`path: "/${kebab}"`, () => `path: "${path}"`)
      .replace(COMMENT_AND_SCREEN, (all, own: string) => {
        return names.length === 0 ? all : `${schema}${comment}${own}`;
      })
      .replace(/^ *(?=budget: )/m, (indent) =>
        query.length === 0 ? indent : `${indent}query: ${pascal}Query,\n${indent}`,
      );
  const test = (text: string): string =>
    text.replaceAll(`"${prefix}/${kebab}"`, () => `"${address}"`) + query.map(queryTest(address)).join("");
  return new Map(
    [...files].map(([file, text]) => {
      if (file === `src/screens/${kebab}.ts`) return [file, source(text)];
      return [file, file === `src/screens/${kebab}.test.ts` ? test(text) : text];
    }),
  );
}

/** Where a screen's definition begins, with its comment. */
const COMMENT_AND_SCREEN = /(?:\/\*\*(?:(?!\*\/)[^])*\*\/\n)?(export const \w+ = screen\(\{\n)/;

/** What it takes is for its author to say: an empty value is none of any query. */
function queryTest(address: string): (name: string) => string {
  return (name) => `
test("refuses an empty ${name}", async (t) => {
  const { ask } = await startApp(t);
  assert.equal((await ask("${address}?${name}=")).status, 400);
});
`;
}
