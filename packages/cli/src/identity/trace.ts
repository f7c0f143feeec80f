import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createTraceRequests, MAX_TRACE_REQUEST_S } from "@triptych/identity";
import { identityKeys } from "@triptych/service-kit";
import { CommandError, UsageError } from "../command-line.ts";
import type { Terminal, Values } from "../command-line.ts";
import type { TRACE_OPTIONS } from "../options.ts";

const DEFAULT_S = 300;

/** What was given of the options. */
export type TraceOptions = Values<typeof TRACE_OPTIONS>;

/** `triptych trace`: prints an `X-Trace-Request` and nothing else. @throws CommandError */
export function printTraceRequest(
  { keys, seconds = String(DEFAULT_S) }: TraceOptions,
  { root, output }: Pick<Terminal, "root" | "output">,
): number {
  const lifeS = Number(seconds);
  if (!/^\d{1,4}$/.test(seconds) || lifeS < 1 || lifeS > MAX_TRACE_REQUEST_S) {
    throw new UsageError(`--seconds must be a whole number from 1 to ${MAX_TRACE_REQUEST_S}`);
  }
  const file = keys ?? join(root, ".dev", "gateway-keys.json");
  const ring = sessionKeys(file);
  output.write(`${createTraceRequests({ keys: ring, lifeS }).issue()}\n`);
  return 0;
}

function sessionKeys(file: string) {
  let ring: unknown;
  try {
    ring = Object(JSON.parse(readFileSync(file, "utf8"))).sessionKeys;
  } catch (cause) {
    const hint = "start the stack with npm start, or name the gateway's KEYS_FILE with --keys";
    throw new CommandError(`${file} cannot be read: ${hint}`, { cause });
  }
  if (typeof ring !== "string")
    throw new CommandError(`${file} has no sessionKeys: it is not a gateway's KEYS_FILE`);
  try {
    return identityKeys().read("sessionKeys", ring, new Map());
  } catch (error) {
    throw new CommandError(`${file}: ${error instanceof Error ? error.message : "sessionKeys is wrong"}`);
  }
}
