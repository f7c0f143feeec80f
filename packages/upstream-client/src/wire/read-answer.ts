import { failed } from "../call.ts";
import type { CacheableResponse, Call, Outcome } from "../call.ts";
import type { Reading } from "../operation.ts";
import type { Telemetry } from "../telemetry.ts";

type Reader = { readonly upstream: string; readonly telemetry: Telemetry };

/** Parses a body and checks it against the operation's contract. Whatever the body holds, this returns an outcome. */
export function readAnswer(call: Call, response: CacheableResponse, reader: Reader): Outcome {
  const { status, body } = response;
  const { operation } = call;
  const reading = readBody(operation.read, body);
  if (!reading.ok) {
    return failed(call, { kind: "invalid", phase: "body", status, reason: reading.reason });
  }
  for (const field of reading.unknownValues ?? []) {
    reader.telemetry.emit("unknownValue", { upstream: reader.upstream, operation: operation.name, field });
  }
  const kept = operation.cache === undefined ? undefined : response;
  return { ok: true, value: reading.value, response: kept, stale: undefined };
}

/** The answer in a JSON body, or what is wrong with the body; never a word of the body itself, which may be personal data. */
export function readBody<Answer>(
  read: (body: unknown) => Reading<Answer>,
  bytes: Buffer,
): (Reading<Answer> & { readonly ok: true }) | { readonly ok: false; readonly reason: string } {
  let body: unknown;
  try {
    body = JSON.parse(bytes.toString("utf8"));
  } catch {
    return { ok: false, reason: `a body of ${bytes.length} bytes that is not JSON` };
  }
  let reading: Reading<Answer>;
  try {
    reading = read(body);
  } catch (error) {
    // A validator that recurses runs out of stack on a body nested deeply enough.
    const name = error instanceof Error ? error.name : typeof error;
    return { ok: false, reason: `a body that its validator could not read (${name})` };
  }
  if (reading.ok) return reading;
  const { field, expected } = reading.violation;
  return { ok: false, reason: `it broke its contract at ${field || "/"}: ${expected}` };
}
