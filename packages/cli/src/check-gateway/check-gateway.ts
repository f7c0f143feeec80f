import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { TxnKey } from "@triptych/identity";
import { CommandError, UsageError } from "../command-line.ts";
import type { Terminal, Values } from "../command-line.ts";
import { developmentKeys, readRing } from "../identity/keys.ts";
import type { CHECK_GATEWAY_OPTIONS } from "../options.ts";
import { A_RIGHT_REQUEST, IDENTITY_CHECKS } from "./identity-checks.ts";
import type { Check, Outcome } from "./identity-checks.ts";
import { ObservedBff } from "./observed-bff.ts";
import { REQUEST_CHECKS } from "./request-checks.ts";
import { Trial } from "./trial.ts";
import { VISITOR_CHECKS } from "./visitor-checks.ts";

/** What was given of the options. */
export type CheckGatewayOptions = Values<typeof CHECK_GATEWAY_OPTIONS>;

/** What one check found. */
interface Finding {
  readonly check: Check;
  readonly verdict: "right" | "wrong" | "advice" | "not tried";
  readonly came: string;
}

/** How often the gateway is asked whether it passes requests to us yet, ms. */
const POLL_MS = 500;

/**
 * `triptych check-gateway`: takes the place of a BFF behind a gateway, sends requests to the
 * gateway, and says what of them is not as a BFF needs it.
 *
 * @returns 1 where something is wrong; advice is not
 * @throws CommandError
 */
export async function checkGateway(
  url: string | undefined,
  options: CheckGatewayOptions,
  { root, env, output }: Pick<Terminal, "root" | "env" | "output">,
): Promise<number> {
  const { bff: audience = "web-bff", listen = "127.0.0.1:8199", path, post, body = "{}", user } = options;
  const { visitors } = options;
  const gateway = url === undefined ? null : URL.parse(url);
  if (gateway === null || !/^https?:$/.test(gateway.protocol)) {
    throw new UsageError("the gateway's address is missing, such as https://api.acme.example");
  }
  if (!path?.startsWith("/"))
    throw new UsageError("--path must be a path that the gateway passes to the BFF");
  const credentials = (options.header ?? []).flatMap(readHeader);
  if (credentials.length === 0)
    throw new UsageError('--header is missing, such as "Authorization: Bearer …"');
  const keys = readRing(developmentKeys(env, join(root, ".dev", "identity-keys.json")).ringOf(audience));
  const txnKeys = env["TXN_TOKEN_JWKS"] === undefined ? undefined : readTxnKeys(env["TXN_TOKEN_JWKS"]);
  const [host, port] = readListen(listen);

  const seen = [path, post ?? "", visitors ?? ""].map((each) => each.split("?")[0] ?? "");
  await using bff = new ObservedBff(seen);
  const address = await bff.listen(host, port);
  output.write(
    `Give the gateway ${address} as the address of ${audience}. Waiting for a request at ${seen[0]} …\n`,
  );
  const command = post === undefined ? undefined : { path: post, body };
  const shown = { path, post: command, visitors, credentials, user };
  const trial = new Trial({ gateway, bff, audience, keys, txnKeys, ...shown });
  await firstArrival(trial, Number(options.wait ?? 60));

  const findings: Finding[] = [];
  let isSigned = true;
  for (const check of [A_RIGHT_REQUEST, ...IDENTITY_CHECKS, ...VISITOR_CHECKS, ...REQUEST_CHECKS]) {
    const isUseless = check.needsIdentity === true && !isSigned;
    const outcome = isUseless ? { notTried: `first mend: ${A_RIGHT_REQUEST.name}` } : await check.run(trial);
    const finding = findingOf(check, outcome);
    if (check === A_RIGHT_REQUEST) isSigned = finding.verdict === "right";
    findings.push(finding);
    output.write(textOf(finding));
  }
  const count = (verdict: Finding["verdict"]) => findings.filter((each) => each.verdict === verdict).length;
  output.write(
    `\n${count("right")} right, ${count("wrong")} wrong, ${count("advice")} to improve, ${count("not tried")} not tried\n`,
  );
  return count("wrong") === 0 ? 0 : 1;
}

function findingOf(check: Check, outcome: Outcome): Finding {
  if (outcome === undefined) return { check, verdict: "right", came: "" };
  if (typeof outcome === "object") return { check, verdict: "not tried", came: outcome.notTried };
  return { check, verdict: check.isAdvice === true ? "advice" : "wrong", came: outcome };
}

function textOf({ check, verdict, came }: Finding): string {
  const head = `${verdict.padEnd(9)}  ${check.name}\n`;
  if (verdict === "right") return head;
  if (verdict === "not tried") return `${head}           ${came}\n`;
  const { expected, todo } = check;
  return `${head}           expected: ${expected}\n           came: ${came}\n           to do: ${todo}\n`;
}

/** @throws CommandError if none comes in time: then every check would say the same */
async function firstArrival(trial: Trial, waitS: number): Promise<void> {
  const untilMs = performance.now() + waitS * 1_000;
  for (;;) {
    const { answer, arrived } = await trial.send();
    if (arrived.length > 0) return;
    if (performance.now() > untilMs) {
      const said = answer.status === 0 ? "does not answer" : `answers ${answer.status}`;
      throw new CommandError(
        `no request reached the BFF in ${waitS} s, and the gateway ${said}: check the BFF's address there, --path and --header`,
      );
    }
    await pause(POLL_MS);
  }
}

function readHeader(text: string): readonly string[] {
  const [, name, value] = /^([\w-]+):\s*(.+)$/.exec(text) ?? [];
  if (name === undefined || value === undefined) {
    throw new UsageError('--header must be a name and a value, such as "Cookie: session=…"');
  }
  return [name, value];
}

function readListen(text: string): readonly [host: string, port: number] {
  const [, host, port] = /^(.+):(\d{1,5})$/.exec(text) ?? [];
  if (host === undefined) throw new UsageError(`--listen must be a host and a port, but it is "${text}"`);
  return [host.replaceAll(/[[\]]/g, ""), Number(port)];
}

/** The public keys of a JWK set, as services get it. */
function readTxnKeys(text: string): readonly TxnKey[] {
  try {
    const { keys }: { readonly keys?: unknown } = Object(JSON.parse(text));
    if (Array.isArray(keys) && keys.length > 0 && keys.every(isPublicKey)) return keys;
  } catch {
    // The same message as for any other text.
  }
  throw new CommandError('TXN_TOKEN_JWKS must be the services\' JWK set of public keys, {"keys":[…]}');
}

function isPublicKey(key: unknown): key is TxnKey {
  const { kty, crv, kid, x, d } = Object(key);
  return (
    kty === "OKP" && crv === "Ed25519" && typeof kid === "string" && typeof x === "string" && d === undefined
  );
}
