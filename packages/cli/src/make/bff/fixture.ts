import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readDocument } from "@triptych/testing/played-service";
import { serviceRoles } from "../../stack/roles.ts";
import type { Role } from "../../stack/roles.ts";
import { readName } from "../names.ts";
import { generatedOperations } from "../upstream/operations.ts";
import { firstScreen } from "./first-screen.ts";

/** A small repository of the project's own form, of which others are made. */
export const FIXTURE_ROOT = join(import.meta.dirname, "../../../fixtures/repository");
/** The only BFF in it. */
export const FIXTURE_APP = "tablet-bff";
/** Its place of the first screen. */
export const FIRST_SCREEN = "src/screens/home.ts";

const CLIENTS = "packages/domain-clients";

/** What the fixture's texts become in a repository. */
export interface FixtureUse {
  /** The repository's name, and the scope of its own packages. */
  readonly name: string;
  readonly services: readonly Pick<Role, "name" | "port">[];
  /** Where the platform's packages are: sources of this repository, or installed ones. */
  readonly root: string;
}

/**
 * A text of the fixture in a repository: lines between `each:begin` and `each:end` once for each
 * service, the repository's own name, and packages of the platform as this repository has them.
 */
export function fixtureText(text: string, { name, services, root }: FixtureUse): string {
  const [first] = services;
  const each = /^.*each:begin.*\n([^]*?)^.*each:end.*\n/gm;
  const named = text
    .replaceAll(each, (_, block: string) => services.map((service) => forService(block, service)).join(""))
    // So written, as publint takes a nested manifest with exports for a mistake.
    .replace(/^ {2}"#exports"/m, '  "exports"')
    .replaceAll("service-name-1", first?.name ?? "service")
    .replaceAll("acme", name);
  const versioned = hasSources(root) ? named : named.replaceAll(/(?<="@triptych\/[a-z-]+": ")(?=\d)/g, "^");
  if (!existsSync(join(root, "packages/service-kit/src/start.js"))) return versioned;
  return versioned
    .replace("npm ci --ignore-scripts && npx triptych image", "node packages/cli/src/image/main.ts")
    .replace("node_modules/@triptych/service-kit/dist/start.js", "packages/service-kit/src/start.js");
}

/** Whether the platform's packages are workspaces of the repository. */
export function hasSources(root: string): boolean {
  return existsSync(join(root, "packages/cli/package.json"));
}

function forService(block: string, { name, port }: Pick<Role, "name" | "port">): string {
  const { kebab, camel, upper } = readName(name, "a service's name");
  return block
    .replaceAll("service-name", kebab)
    .replaceAll("serviceName", camel)
    .replaceAll("SERVICE_NAME", upper)
    .replaceAll("9001", String(port));
}

/**
 * The source of a first screen over the first service whose client is the generated one and has a
 * GET that can be called; undefined where there is none.
 *
 * @param app whose screen it is
 */
export async function firstScreenIn(root: string, app: string): Promise<string | undefined> {
  for (const { name } of serviceRoles(root)) {
    const [document] = globSync(`${CLIENTS}/contracts/${name}.openapi.{json,yaml,yml}`, { cwd: root });
    const module = join(root, CLIENTS, "src/generated", `${name}.ts`);
    const client = join(root, CLIENTS, "src", `${name}.ts`);
    if (document === undefined || !existsSync(module) || !existsSync(client)) continue;
    // A client with words of its own has other methods than its document.
    if (!readFileSync(client, "utf8").includes("contractService<")) continue;
    const { callable } = await generatedOperations(module);
    const service = readName(name, "a service's name");
    const source = firstScreen(readDocument(join(root, document)), { callable, service, app });
    if (source !== undefined) return source;
  }
  return undefined;
}
