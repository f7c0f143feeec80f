import { brotliCompressSync, gzipSync } from "node:zlib";
import { startStack } from "@triptych/cli/stack";
import type { Stack } from "@triptych/cli/stack";
import { request } from "undici";
import { SERVICES } from "../processes/services.ts";
import type { ServiceName } from "../processes/services.ts";
import { mean } from "../measure/statistics.ts";
import { verdict } from "../report/verdict.ts";
import type { Report } from "./report.ts";

/** Of what the services sent. */
const MOST_SHARE = 1 / 10;
const USERS = Array.from({ length: 40 }, (_, index) => String(index + 1));
/** The services' bodies as small as the coding can make them, though the screen is compressed in a tenth of the time. */
const CODINGS = {
  br: (body: Buffer) => brotliCompressSync(body).length,
  gzip: (body: Buffer) => gzipSync(body).length,
} as const;

/** What a phone's home screen weighs beside what its services sent for it, both compressed. */
export const bytes: Report = {
  title: "bytes: the mobile home screen",
  async run() {
    const stack = await startStack({ ports: "free", roles: [...SERVICES, "mobile-bff"] });
    try {
      const rows = [];
      const worst: (Weighed & { readonly coding: string })[] = [];
      for (const [coding, compressedLength] of Object.entries(CODINGS)) {
        const pairs = [];
        for (const user of USERS) pairs.push(await weigh(stack, user, coding, compressedLength));
        const mobile = mean(pairs.map((pair) => pair.mobile));
        const sent = mean(pairs.map((pair) => pair.sent));
        const heaviest = pairs.reduce((one, other) => (shareOf(other) > shareOf(one) ? other : one));
        worst.push({ coding, ...heaviest });
        rows.push([
          coding,
          ...[mobile, sent].map((size) => size.toFixed(0)),
          ...[mobile / sent, shareOf(heaviest)].map(tell),
        ]);
      }
      return {
        services: "the sample services",
        findings: {
          method: `The mobile home screens of ${USERS.length} sample users, as they cross the network, beside all that their four services sent, each body compressed as small as the coding can.`,
          columns: [
            { head: "coding" },
            { head: "screen, bytes", numbers: true },
            { head: "services sent, bytes", numbers: true },
            { head: "share", numbers: true },
            { head: "worst user's", numbers: true },
          ],
          rows,
          verdicts: worst.map(({ coding, mobile, sent }) =>
            verdict({
              of: `the mobile home screen, ${coding}, of what its services sent, for the user with the most`,
              measured: mobile / sent,
              relation: "at most",
              limit: MOST_SHARE,
              unit: "×",
              compared: {
                project: { name: "screen", value: mobile },
                baseline: { name: "services", value: sent },
                unit: "bytes",
              },
            }),
          ),
          notes: [],
        },
      };
    } finally {
      await stack.stop();
    }
  },
};

/** Compressed, bytes. */
type Weighed = { readonly mobile: number; readonly sent: number };

function shareOf({ mobile, sent }: Weighed): number {
  return mobile / sent;
}

async function weigh(
  stack: Stack,
  user: string,
  coding: string,
  compressedLength: (body: Buffer) => number,
): Promise<Weighed> {
  for (const name of SERVICES) await request(`${stack.adminUrl(name)}/calls`, { method: "DELETE" });
  const headers = { "x-identity": stack.identity(user, "mobile-bff"), "accept-encoding": coding };
  const mobile = await get(`${stack.url("mobile-bff")}/mobile/home`, headers);
  let sent = 0;
  for (const name of SERVICES) {
    // Asked once more for all that it was asked then.
    for (const path of await pathsAskedOf(stack, name)) {
      sent += compressedLength(await get(`${stack.url(name)}${path}`, { "x-user-id": user }));
    }
  }
  return { mobile: mobile.length, sent };
}

async function pathsAskedOf(stack: Stack, name: ServiceName): Promise<readonly string[]> {
  const { calls } = Object(JSON.parse((await get(`${stack.adminUrl(name)}/calls`, {})).toString()));
  if (!Array.isArray(calls)) throw new TypeError(`expected the calls of ${name}, got ${String(calls)}`);
  return calls.map((call: unknown) => String(Object(call).path));
}

async function get(url: string, headers: Readonly<Record<string, string>>): Promise<Buffer> {
  const { statusCode, body } = await request(url, { headers });
  const bytes = Buffer.from(await body.arrayBuffer());
  if (statusCode !== 200) throw new Error(`expected 200 of ${url}, got ${statusCode}: ${bytes.toString()}`);
  return bytes;
}

function tell(share: number): string {
  return share.toFixed(3);
}
