import { existsSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { bffsIn, ROOT } from "../repository.ts";
import type { RoleName } from "./roles.ts";
import type { ServicesPlan } from "./services.ts";
import type { Stack } from "./start-stack.ts";

/** What `npm start` prints when all is ready: what runs where, and requests to paste. */
export function welcome(stack: Stack, logDir: string, root = ROOT): string {
  const rows = [
    ["role", "address", "admin", "log"],
    ...stack.roles.map(({ name }) => [name, stack.url(name), stack.adminUrl(name), `${logDir}/${name}.log`]),
  ];
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const table = rows.map((row) => row.map((text, column) => text.padEnd(widths[column] ?? 0)).join("  "));
  return ["", ...table, "", ...tryIt(stack, root), "", "Ctrl-C stops everything."].join("\n");
}

/** Each request is one line, to survive copying. The last leaves the stack as it was. */
function tryIt(stack: Stack, root: string): string[] {
  const names = new Set(stack.roles.map((role) => role.name));
  // The sample services have a story to tell. Others have first screens.
  if (!names.has("recommendations")) return firstScreens(stack, root);
  if (names.has("small"))
    return ["Try these in another terminal, in this folder:", "", ...throughTheFront(stack)];
  if (!names.has("web-bff")) return throughTheGateway(stack);
  const identity = (bff: RoleName) => `-H "X-Identity: $(npm run -s identity -- --user 42 --aud ${bff})"`;
  const homePage = `${stack.url("web-bff")}/web/home-page ${identity("web-bff")}`;
  const switches = `${stack.adminUrl("recommendations")}/switches`;
  return [
    "Try these in another terminal, in this folder:",
    "",
    ...throughTheFront(stack),
    "# The home page's data: one call, four services behind it",
    `curl -s ${homePage}`,
    "",
    "# The same page as HTML",
    `curl -s ${homePage} -H 'Accept: text/html'`,
    "",
    ...(names.has("mobile-bff")
      ? [
          "# What a phone shows of it: a tenth of what the services sent",
          `curl -s --compressed ${stack.url("mobile-bff")}/mobile/home ${identity("mobile-bff")}`,
          "",
        ]
      : []),
    ...(names.has("partner-bff")
      ? [
          "# What a partner's program asks, in GraphQL",
          `curl -s ${stack.url("partner-bff")}/partner/graphql ${identity("partner-bff")} -H 'Content-Type: application/json' -d '{"query":"{ viewer { name orders(first: 2) { edges { node { number total { amount currency } } } } } }"}'`,
          "",
        ]
      : []),
    '# Recommendations hang: the page answers without them and says so in "degraded"; then they are mended',
    `curl -s -o /dev/null -X PUT ${switches} -H 'Content-Type: application/json' -d '{"hang":{"ratio":1}}'; curl -s ${homePage}; curl -s -o /dev/null -X DELETE ${switches}`,
  ];
}

/** The first screen of each BFF: asked with an identity minted by hand, then with a token. */
function firstScreens(stack: Stack, root: string): string[] {
  const { publicOrigin } = stack;
  const lines: string[] = [];
  // Without the development login only the company's own identity provider gives tokens.
  const [source, token] = stack.roles.some(({ kind }) => kind === "identity-provider")
    ? ["", "$(npm run -s token -- --user ada)"]
    : [", with an access token of your identity provider in TOKEN", "$TOKEN"];
  for (const { name, prefix } of bffsIn(root)) {
    if (!stack.roles.some((role) => role.name === name)) continue;
    const path = firstPath(join(root, "apps", name, "contracts/openapi.json")) ?? `${prefix}/home`;
    const identity = `-H "X-Identity: $(npm run -s identity -- --user ada --aud ${name})"`;
    lines.push(`# ${name} itself, and its contract as a page: ${stack.url(name)}${prefix}/docs`);
    lines.push(`curl -s ${stack.url(name)}${path} ${identity}`, "");
    if (publicOrigin === undefined) continue;
    const bearer = `-H "Authorization: Bearer ${token}"`;
    lines.push(`# The same through the gateway${source}`, `curl -sk ${publicOrigin}${path} ${bearer}`, "");
  }
  return lines.length === 0 ? [] : ["Try these in another terminal, in this folder:", "", ...lines];
}

/** The first path of a contract that needs no parameter. */
function firstPath(contract: string): string | undefined {
  if (!existsSync(contract)) return undefined;
  const paths = Object.keys(Object(JSON.parse(readFileSync(contract, "utf8")).paths));
  return paths.find((path) => !path.includes("{"));
}

/** The services' own APIs, for clients that have no BFF. */
function throughTheGateway({ publicOrigin }: Stack): string[] {
  if (publicOrigin === undefined) return [];
  const curl = publicOrigin.startsWith("https:") ? "curl -sk" : "curl -s";
  const bearer = '-H "Authorization: Bearer $(npm run -s token -- --user 42)"';
  return [
    "Try these in another terminal, in this folder:",
    "",
    "# The user, and their newest orders: two services, two calls, put together by the client",
    `${curl} ${publicOrigin}/api/v1/users/me ${bearer}`,
    `${curl} '${publicOrigin}/api/v1/orders?limit=3' ${bearer}`,
    "",
    "# Without credentials, and with a query that the service's contract does not allow: the gateway refuses",
    `${curl} -D- ${publicOrigin}/api/v1/users/me`,
    `${curl} -D- '${publicOrigin}/api/v1/orders?limit=many' ${bearer}`,
  ];
}

/** The way that clients take, where there is one: through the proxy and the gateway. */
function throughTheFront({ publicOrigin, partnerKeyFile, roles }: Stack): string[] {
  if (publicOrigin === undefined || partnerKeyFile === undefined) return [];
  const names = new Set(roles.map((role) => role.name));
  const secure = publicOrigin.startsWith("https:");
  const all = names.has("small");
  // The certificate is our own: curl is told so, and a browser asks once.
  const curl = secure ? "curl -sk" : "curl -s";
  const bearer = '-H "Authorization: Bearer $(npm run -s token -- --user 42)"';
  const query = `-H 'Content-Type: application/json' -d '{"query":"{ viewer { id name } }"}'`;
  return [
    `# In a browser: log in as any sample user${howToCome(secure, all)}`,
    `${publicOrigin}/`,
    "",
    ...(all || names.has("mobile-bff")
      ? [
          "# What a phone gets, with a bearer token",
          `${curl} --compressed ${publicOrigin}/mobile/home ${bearer}`,
          "",
        ]
      : []),
    ...(all || names.has("partner-bff")
      ? [
          "# What a partner gets, with its API key",
          `${curl} ${publicOrigin}/partner/graphql -H "X-API-Key: $(cat ${relative(ROOT, partnerKeyFile)})" ${query}`,
          "",
        ]
      : []),
  ];
}

function howToCome(secure: boolean, all: boolean): string {
  if (all)
    return secure
      ? ", over HTTPS (the certificate is self-signed)"
      : ". openssl is not installed, so without TLS";
  return secure
    ? ", over HTTPS and HTTP/2 (the certificate is self-signed)"
    : ". HAProxy is not installed, so the gateway is the front door";
}

const FOLDER = "test/domain-services/replay/recordings";

/** What to know of the services while they run, in the terminal. Empty where all is as usual. */
export function aboutServices({ mode, standIns, roleEnv, users }: ServicesPlan): string {
  const wrong = Object.entries(roleEnv).flatMap(([name, env]) => {
    const switches = env?.["SWITCHES"];
    return switches === undefined ? [] : [`${name} ${switches}`];
  });
  const lines = [
    ...(mode === "replay" ? replayed(standIns, roleEnv) : []),
    ...(mode === "record"
      ? [
          `Recorded what the screens of the users ${users.join(", ")} need. What else you ask for as one of them is recorded too,`,
          `until Ctrl-C. Read what changed in ${FOLDER} before you commit it.`,
        ]
      : []),
    ...(wrong.length > 0
      ? [`Switched on: ${wrong.join("; ")}. Each admin port's /switches changes it.`]
      : []),
  ];
  return lines.join("\n");
}

function replayed(standIns: ServicesPlan["standIns"], roleEnv: ServicesPlan["roleEnv"]): string[] {
  const recorded = standIns.filter((name) => roleEnv[name]?.["REPLAY_MODE"] === "replay");
  const real = Object.keys(roleEnv).filter((name) => !recorded.includes(name));
  return [
    `Recorded answers (${FOLDER}) stand in for ${recorded.join(", ") || "no service"}.${real.length > 0 ? ` Real: ${real.join(", ")}.` : ""}`,
    "Every user is one of a few invented people. A cancellation lasts until the end of the process.",
  ];
}
