import { createHash } from "node:crypto";
import type { Changes } from "../changes.ts";
import { insertAfterLast, insertBeforeFirst } from "../insert.ts";
import { CommandError } from "../../command-line.ts";
import type { NewBff } from "../names.ts";

/**
 * Lets requests through to the BFF: the gateway's route, address, contract and network policy, and
 * the path in the proxies. The gateway's table stays what it is, a list that people read and that
 * is checked when the gateway starts. A repository may have neither gateway nor proxies.
 */
export function addToGateway({ app, name, port }: NewBff, changes: Changes): void {
  const contract = `apps/${app}/contracts/openapi.json`;
  const routes = "apps/gateway/src/routes.ts";
  if (!changes.has(routes)) return;
  if (changes.read(routes).includes(`name: "${name.kebab}",`)) {
    throw new CommandError(`${routes} has a route "${name.kebab}" already: take another name`);
  }
  changes.edit(routes, (text) =>
    insertBeforeFirst(
      insertAfterLast(
        text,
        /^ {4}"[a-z-]+-bff": \{ identity: "x-identity" \},$/,
        `\n    "${app}": { identity: "x-identity" },`,
        `the BFFs among the targets of ${routes}`,
      ),
      /^ {4}\/\/ The canonical APIs of the services/,
      `    {
      name: "${name.kebab}",
      prefix: "/${name.kebab}",
      target: "${app}",
      callers: ["bearer"],
      limits: SCREEN_LIMITS,
      maxBodyBytes: 10_000,
      deadlineMs: 5_000,
      contract: { kind: "openapi", file: "${contract}", unknownQuery: "refuse" },
    },
`,
      `the first route of a service in ${routes}`,
    ),
  );
  const deployment = "apps/gateway/deploy/base/deployment.yaml";
  changes.edit(deployment, (text) =>
    insertAfterLast(
      insertAfterLast(
        text,
        /^ +- \{ name: [A-Z_]+_BFF_URL, .*$/,
        `\n            - { name: ${name.upper}_BFF_URL, value: "http://${app}:${port}" }`,
        `the BFFs' addresses in ${deployment}`,
      ),
      /^ +- configMap:\n +name: [a-z-]+-bff-contract\n +items: .*$/,
      `
              - configMap:
                  name: ${app}-contract
                  items: [{ key: openapi.json, path: ${contract} }]`,
      `the BFFs' contracts in ${deployment}`,
    ),
  );
  const policy = "apps/gateway/deploy/base/network-policy.yaml";
  changes.edit(policy, (text) =>
    insertAfterLast(
      text,
      /^ {4}- to:\n {8}- podSelector:\n +matchLabels: \{ app\.kubernetes\.io\/name: [a-z-]+-bff \}\n +ports: .*$/,
      `
    - to:
        - podSelector:
            matchLabels: { app.kubernetes.io/name: ${app} }
      ports: [{ port: ${port} }]`,
      `the BFFs in ${policy}`,
    ),
  );
  const catalog = "apps/gateway/catalog-info.yaml";
  changes.edit(catalog, (text) =>
    insertAfterLast(text, /^ {4}- [a-z-]+-bff-api$/, `\n    - ${app}-api`, `the BFFs' APIs in ${catalog}`),
  );
  const haproxy = "apps/reverse-proxy/haproxy/haproxy.cfg";
  if (!changes.has(haproxy)) return;
  changes.edit(haproxy, (text) =>
    insertBeforeFirst(text, /(?<=path_beg [^}]*) \/api\//, ` /${name.kebab}/`, `the paths in ${haproxy}`),
  );
  restartProxies(changes, haproxy);
  const nginx = "apps/reverse-proxy/nginx/nginx.conf";
  changes.edit(nginx, (text) =>
    insertBeforeFirst(text, /(?<=location ~ \^\/\([^)]*)\|api\b/, `|${name.kebab}`, `the paths in ${nginx}`),
  );
}

/**
 * HAProxy reads its file once: what its pods say of the file changes with it, so that they are
 * replaced.
 */
function restartProxies(changes: Changes, configuration: string): void {
  const pods = "apps/reverse-proxy/deploy/base/deployment.yaml";
  const said = /(?<=triptych\.example\/configuration: ")[0-9a-f]+(?=")/;
  const hash = createHash("sha256").update(changes.read(configuration)).digest("hex").slice(0, 12);
  if (!said.test(changes.read(pods))) {
    throw new CommandError(`the annotation triptych.example/configuration in ${pods} is not where it was`);
  }
  changes.edit(pods, (text) => text.replace(said, hash));
}
