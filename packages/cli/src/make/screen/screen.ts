import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { nameOf } from "../../repository.ts";
import type { Bff } from "../../repository.ts";
import { addElement, addImport } from "../insert.ts";
import { CommandError } from "../../command-line.ts";
import { readName } from "../names.ts";
import type { Name } from "../names.ts";
import type { Workshop } from "../run-maker.ts";
import { exampleOf, shownOf, withParameters } from "./parameters.ts";
import type { Parameters } from "./parameters.ts";
import { appFiles, copyScreen, templateOf } from "../copy-app.ts";

/** The screens that new ones are copied from. */
const TEMPLATES = {
  data: { app: "mobile-bff", screen: "home" },
  page: { app: "web-bff", screen: "home-page" },
} as const;

/** A screen of sections, as a page where the BFF renders pages and there is one to copy. */
export async function makeScreen(
  bff: Bff,
  screen: Name,
  parameters: Parameters,
  { changes, run }: Workshop,
): Promise<string> {
  const { name: app, port, prefix } = bff;
  const folder = `apps/${app}`;
  refuseTaken(join(changes.root, folder), screen, parameters);
  const { kebab, camel, title } = screen;
  const address = `${prefix}${parameters.path}`;
  const kind =
    changes.has(`${folder}/src/views`) && changes.has(`apps/${TEMPLATES.page.app}`) ? "page" : "data";
  const { screen: original } = TEMPLATES[kind];
  const apps = [TEMPLATES[kind].app, app];
  const template = await templateOf(changes.root, { apps, screen: original });
  const home = readName(original, "a template");
  const target = { bff, screen, files: appFiles({ root: changes.root, app }) };
  const copied = copyScreen(template, home, target);
  for (const [path, text] of withParameters(copied, screen, prefix, parameters)) {
    changes.create(`${folder}/${path}`, text);
  }

  const list = `${folder}/src/${kind === "page" ? "pages" : "app"}.ts`;
  const imports = [
    `import { ${camel} } from "./screens/${kebab}.ts";`,
    ...(kind === "page" ? [`import { ${camel}View } from "./views/${kebab}.ts";`] : []),
  ];
  const [opening, element] =
    kind === "page" ? [/\bPAGES = \[/, `withPage(${camel}, ${camel}View)`] : [/\bscreens: \[/, camel];
  addImport(changes, list, imports.join("\n"));
  addElement(changes, list, opening, element, "the list of screens");
  changes.edit(`${folder}/README.md`, (text) =>
    addRow(text, `| \`GET ${prefix}${shownOf(parameters)}\` | ${title} |`),
  );
  changes.mayChange(`${folder}/contracts/openapi.json`);
  if (changes.has(`${folder}/client`)) changes.mayChange(`${folder}/client/generated/contract.d.ts`);
  await run(folder, changes.script(folder, "contracts"));

  const example =
    parameters.query.length > 0 && changes.has("docs/tutorial.md")
      ? ` (a list: docs/tutorial.md#a-list)`
      : "";
  const workspace = `@${nameOf(changes.root)}/${app}`;
  // A repository over the published packages has no sample data to take an answer from.
  const examples = changes.has("test/examples/main.ts")
    ? [`npm run examples, then npm run contracts -w ${workspace}: the contract shows an answer of it`]
    : [];
  const views = kind === "page" ? `, how they look in src/views/${kebab}.ts` : "";
  const steps = [
    `Say what it shows: its sections in ${folder}/src/screens/${kebab}.ts${example}${views}; then npm run contracts -w ${workspace}`,
    ...examples,
    `npm run format, and npm test -w ${workspace}; before you push: npm run check -- ${app}`,
    `npm start, and ask: curl -s "http://127.0.0.1:${port}${prefix}${exampleOf(parameters)}" -H "X-Identity: $(npm run -s identity -- --user 42 --aud ${app})"`,
  ];
  return `GET ${address} answers. Next:\n${steps.map((step, index) => `  ${index + 1}. ${step}`).join("\n")}`;
}

/** The path at which a BFF shows its contract while it is developed. */
const DOCS = "docs";

/** Looks for the name and the path in the other screens; files are refused when made. */
function refuseTaken(folder: string, { kebab }: Name, { path }: Parameters): void {
  if (path === `/${DOCS}`) {
    throw new CommandError(`/${DOCS} is where the contract's page is, in development: take another name`);
  }
  // Parameters of other names make no other path.
  const place = path.replaceAll(/:\w+/g, ":\\w+");
  const taken = new RegExp(`\\b(?:name: "${kebab}"|path: "${place}")`);
  for (const file of globSync("src/screens/*.ts", { cwd: folder })) {
    if (taken.test(readFileSync(join(folder, file), "utf8"))) {
      throw new CommandError(`${file} has the name "${kebab}" or the path ${path} already: take another`);
    }
  }
}

/** Below the last request of the table, if the README has such a table. */
function addRow(text: string, row: string): string {
  // What a comment holds is for the copies of this app.
  const shown = text.replaceAll(/<!--[^]*?-->/g, (comment) => comment.replaceAll(/./g, " "));
  const last = [...shown.matchAll(/^\| `(?:GET|POST) .*$/gm)].at(-1);
  if (last === undefined) return text;
  const end = last.index + last[0].length;
  return `${text.slice(0, end)}\n${row}${text.slice(end)}`;
}
