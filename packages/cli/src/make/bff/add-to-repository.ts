import { join } from "node:path";
import { CommandError } from "../../command-line.ts";
import { nameOf } from "../../repository.ts";
import type { Changes } from "../changes.ts";
import { addElement, addImport, insertAfterLast, insertBeforeFirst, withTeam } from "../insert.ts";
import type { NewBff } from "../names.ts";

const FOLDER = "apps/all-in-one";

/** Mounts the BFF in the one process of a small team, where there is one. */
export function addToComposition({ app, name }: NewBff, changes: Changes): void {
  if (!changes.has(FOLDER)) return;
  // Not the bare name, which may be that of anything in these files: settings, options, gateway.
  const module = `${name.camel}Bff`;
  const statement = `import { bff as ${module} } from "@${nameOf(changes.root)}/${app}";`;
  const bffs = `${FOLDER}/src/bffs.ts`;
  changes.edit(bffs, (text) =>
    insertAfterLast(
      addImport(text, statement, `the imports of ${bffs}`),
      /^ {4}mount\(\w+\.name, .*\),$/,
      `\n    mount(${module}.name, (options) => createApp(${module}, all, options)),`,
      `the BFFs in ${bffs}`,
    ),
  );
  const catalog = `${FOLDER}/catalog-info.yaml`;
  changes.edit(catalog, (text) =>
    insertAfterLast(
      text,
      /^ +- component:[a-z-]+-bff$/,
      `\n    - component:${app}`,
      `the BFFs in ${catalog}`,
    ),
  );
  const settings = `${FOLDER}/src/settings.ts`;
  changes.edit(settings, (text) =>
    addElement(
      addImport(text, statement, `the imports of ${settings}`),
      /\.\.\.bffs \} = \{/,
      `...${module}.settings`,
      `the BFFs' settings in ${settings}`,
    ),
  );
}

/** Says whose the app is: in CODEOWNERS and in the catalogue, where its team may be new. */
export function addToOwners({ app, team, name }: NewBff, changes: Changes): void {
  const owner = `@${nameOf(changes.root)}/${team}`;
  changes.edit(".github/CODEOWNERS", (text) =>
    insertAfterLast(
      text,
      /^\/\.github\/workflows\/[a-z-]+-bff\.yml .*$/,
      `\n\n/apps/${app}/ ${owner}\n/.github/workflows/${app}.yml ${owner}`,
      "the BFFs' pipelines in .github/CODEOWNERS",
    ),
  );
  changes.edit("catalog-info.yaml", (text) => {
    const target = `    - ./apps/${app}/catalog-info.yaml`;
    const targets = text.split("\n").filter((line) => /^ {4}- \.\/.*catalog-info\.yaml$/.test(line));
    const next = targets.find((line) => line > target);
    const place = next === undefined ? /^---$(?![^]*- \.\/)/ : new RegExp(`^${next.replaceAll(".", "\\.")}$`);
    const listed = insertBeforeFirst(text, place, `${target}\n`, "the list of parts in catalog-info.yaml");
    return withTeam(listed, team, `Owns the ${name.title} client and its BFF`);
  });
}

type Json = Record<string, unknown>;

/**
 * Makes npm know the new workspace as `npm install` would, without asking a registry: everything
 * that it depends on is in the lockfile already. What is installed is changed alike, so that the
 * next command need not install.
 */
export function addWorkspace({ app }: NewBff, changes: Changes): void {
  const folder = `apps/${app}`;
  const small = FOLDER;
  const hasSmall = changes.has(FOLDER);
  const ours = `@${nameOf(changes.root)}/${app}`;
  if (hasSmall) {
    changes.edit(`${small}/package.json`, (text) => {
      const manifest = parse(text);
      return print({
        ...manifest,
        dependencies: sorted({ ...objectIn(manifest, "dependencies"), [ours]: "0.0.0" }),
      });
    });
  }
  const { name, version, license, dependencies, devDependencies } = parse(
    changes.read(`${folder}/package.json`),
  );
  const composition = hasSmall ? parse(changes.read(`${small}/package.json`)) : {};
  const add = (text: string): string => {
    const lock = parse(text);
    const packages = objectIn(lock, "packages");
    return print({
      ...lock,
      packages: sorted({
        ...packages,
        [folder]: { name, version, license, dependencies, devDependencies },
        [`node_modules/${ours}`]: { resolved: folder, link: true },
        ...(hasSmall
          ? { [small]: { ...objectIn(packages, small), dependencies: composition["dependencies"] } }
          : {}),
      }),
    });
  };
  changes.edit("package-lock.json", add);
  // What npm keeps of its last installation, where there is one.
  if (!changes.has("node_modules/.package-lock.json")) return;
  changes.edit("node_modules/.package-lock.json", add);
  if (changes.has(`node_modules/@${nameOf(changes.root)}`))
    changes.link(`node_modules/${ours}`, join("..", "..", folder));
}

/**
 * npm writes paths in the order of their code points without regard to case; the root, which is "",
 * first.
 */
function sorted(entries: Json): Json {
  return Object.fromEntries(
    Object.entries(entries).toSorted(([one], [other]) => one.localeCompare(other, "en")),
  );
}

function objectIn(value: Json, key: string): Json {
  const found = value[key];
  if (isJson(found)) return found;
  throw new CommandError(
    `"${key}" is not where it was expected in the lockfile: run npm install, then try again`,
  );
}

function parse(text: string): Json {
  const value: unknown = JSON.parse(text);
  if (isJson(value)) return value;
  throw new CommandError("a package.json or lockfile is no object");
}

function print(value: Json): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

function isJson(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
