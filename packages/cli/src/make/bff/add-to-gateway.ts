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
  insertAfterLast(
    changes,
    routes,
    /^ {4}"[a-z-]+-bff": \{ identity: "x-identity" \},$/,
    `\n    "${app}": { identity: "x-identity" },`,
    "the BFFs among the targets",
  );
  insertBeforeFirst(
    changes,
    routes,
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
    "the first route of a service",
  );
  const deployment = "apps/gateway/deploy/base/deployment.yaml";
  insertAfterLast(
    changes,
    deployment,
    /^ +- \{ name: [A-Z_]+_BFF_URL, .*$/,
    `\n            - { name: ${name.upper}_BFF_URL, value: "http://${app}:${port}" }`,
    "the BFFs' addresses",
  );
  insertAfterLast(
    changes,
    deployment,
    /^ +- configMap:\n +name: [a-z-]+-bff-contract\n +items: .*$/,
    `
              - configMap:
                  name: ${app}-contract
                  items: [{ key: openapi.json, path: ${contract} }]`,
    "the BFFs' contracts",
  );
  insertAfterLast(
    changes,
    "apps/gateway/deploy/base/network-policy.yaml",
    /^ {4}- to:\n {8}- podSelector:\n +matchLabels: \{ app\.kubernetes\.io\/name: [a-z-]+-bff \}\n +ports: .*$/,
    `
    - to:
        - podSelector:
            matchLabels: { app.kubernetes.io/name: ${app} }
      ports: [{ port: ${port} }]`,
    "the BFFs",
  );
  const catalog = "apps/gateway/catalog-info.yaml";
  insertAfterLast(changes, catalog, /^ {4}- [a-z-]+-bff-api$/, `\n    - ${app}-api`, "the BFFs' APIs");
  const haproxy = "apps/reverse-proxy/haproxy/haproxy.cfg";
  if (!changes.has(haproxy)) return;
  insertBeforeFirst(changes, haproxy, /(?<=path_beg [^}]*) \/api\//, ` /${name.kebab}/`, "the paths");
  restartProxies(changes, haproxy);
  const nginx = "apps/reverse-proxy/nginx/nginx.conf";
  insertBeforeFirst(changes, nginx, /(?<=location ~ \^\/\([^)]*)\|api\b/, `|${name.kebab}`, "the paths");
}

/** HAProxy reads its file once: a hash of it on its pods makes Kubernetes replace them. */
function restartProxies(changes: Changes, configuration: string): void {
  const pods = "apps/reverse-proxy/deploy/base/deployment.yaml";
  const said = /(?<=triptych\.example\/configuration: ")[0-9a-f]+(?=")/;
  const hash = createHash("sha256").update(changes.read(configuration)).digest("hex").slice(0, 12);
  if (!said.test(changes.read(pods))) {
    throw new CommandError(`the annotation triptych.example/configuration in ${pods} is not where it was`);
  }
  changes.edit(pods, (text) => text.replace(said, hash));
}
