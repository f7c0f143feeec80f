import { DOUBLED_HEADER, singleHeader } from "@triptych/identity";
import type { Check } from "./identity-checks.ts";
import type { Arrival } from "./observed-bff.ts";
import { FORGED, LONGEST_WAIT_MS } from "./trial.ts";
import type { Trial } from "./trial.ts";

/** Headers by which a client could say who it is, or which request this is, beside X-Identity. */
const CLAIMS = [
  "X-User-Id",
  "X_User_Id",
  "Txn-Token",
  "X-Cohort",
  "X-Request-Id",
  "X-Forwarded-User",
] as const;
/** Headers that would make every client's wishes those of the services' tracing. */
const TRACE_STATE = ["tracestate", "baggage"] as const;
const FOREIGN_TRACE = "f".repeat(32);
/** W3C Trace Context, level 2, section 3.2. */
const TRACEPARENT = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;
/** Longer than any request may take, ms: no gateway means it. */
const FOREIGN_DEADLINE = "999999999";
/** How much later than announced an answer may come, ms. */
const GRACE_MS = 2_000;
/** How long a gateway that announces no deadline may take, ms: a person has left by then. */
const UNANNOUNCED_MS = 10_000;

/** What else of a request reaches the BFF. */
export const REQUEST_CHECKS: readonly Check[] = [
  {
    name: "credentials",
    expected: "they end at the gateway: no Authorization, Cookie or X-API-Key reaches the BFF",
    todo: "remove Authorization, Cookie and X-API-Key before you forward",
    run: (trial) =>
      onArrival(trial, ["Cookie", `check=${FORGED}`], (arrival) => {
        const secrets = new Set(trial.options.credentials.filter((_, index) => index % 2 === 1));
        const leaked = namesOf(arrival, (name, value) => {
          const isCredential = ["authorization", "cookie", "x-api-key"].includes(name.toLowerCase());
          return isCredential || value.includes(FORGED) || secrets.has(value);
        });
        return leaked.length === 0 ? undefined : leaked.join(", ");
      }),
  },
  {
    name: "headers that only a gateway may set",
    expected: `what a client sends as ${CLAIMS.join(", ")} does not reach the BFF`,
    todo: "remove each of them, in every spelling, before you set your own",
    run: (trial) => leaksOf(trial, CLAIMS, FORGED),
  },
  {
    name: "X-Request-Id",
    expected: "one, which is also the jti of X-Identity: then all logs have the same id for a request",
    todo: "send the jti as X-Request-Id too",
    needsIdentity: true,
    isAdvice: true,
    run: (trial) =>
      onArrival(trial, [], (arrival) => {
        const identity = trial.identityOf(arrival);
        const id = singleHeader(arrival.rawHeaders, "x-request-id");
        if (typeof identity === "string") return identity;
        return id === identity.requestId ? undefined : `${shown(id)}, but the jti is ${identity.requestId}`;
      }),
  },
  {
    name: "the deadline",
    expected: "X-Request-Timeout-Ms is what is left of the gateway's own deadline, whatever the client sends",
    todo: "set X-Request-Timeout-Ms to a little less than the time after which you give up",
    isAdvice: true,
    run: (trial) =>
      onArrival(trial, ["X-Request-Timeout-Ms", FOREIGN_DEADLINE], (arrival) =>
        deadlineOf(arrival) === undefined
          ? shown(singleHeader(arrival.rawHeaders, "x-request-timeout-ms"))
          : undefined,
      ),
  },
  {
    name: "a BFF that does not answer",
    expected:
      "the client gets a 5xx when the announced deadline has passed, or after 10 s if none is announced",
    todo: "give up after the deadline that you announce (nginx: proxy_read_timeout), and answer 504",
    async run(trial) {
      const { bff } = trial.options;
      const [arrival] = (await trial.send()).arrived;
      if (arrival === undefined) return { notTried: "nothing reached the BFF" };
      const deadlineMs = deadlineOf(arrival) ?? UNANNOUNCED_MS;
      if (deadlineMs > LONGEST_WAIT_MS - GRACE_MS) return { notTried: `the deadline is ${deadlineMs} ms` };
      bff.conduct = "late";
      const { answer } = await trial.send({ waitMs: deadlineMs + GRACE_MS });
      bff.conduct = "answers";
      if (answer.status >= 500) return undefined;
      const what = answer.status === 0 ? "no answer" : String(answer.status);
      return `${what} after ${Math.round(answer.tookMs)} ms; expected within ${deadlineMs} ms`;
    },
  },
  {
    name: "the trace",
    expected: "one valid traceparent, in a trace of the gateway's own",
    todo: "start a trace at the gateway: a client must not choose what is sampled, or join another's trace",
    isAdvice: true,
    run: (trial) =>
      onArrival(trial, ["traceparent", `00-${FOREIGN_TRACE}-${"f".repeat(16)}-01`], (arrival) => {
        const header = singleHeader(arrival.rawHeaders, "traceparent");
        if (typeof header !== "string" || !TRACEPARENT.test(header)) return shown(header);
        return header.includes(FOREIGN_TRACE) ? "the client's own trace" : undefined;
      }),
  },
  {
    name: "the client's trace state",
    expected: `no ${TRACE_STATE.join(" or ")} of a client reaches the BFF, which would send it to the services`,
    todo: "remove both from what comes in",
    run: (trial) => leaksOf(trial, TRACE_STATE, `forged=${FORGED}`),
  },
];

/** Sends a request with more headers, and looks at how it reached the BFF. */
async function onArrival(
  trial: Trial,
  headers: readonly string[],
  wrong: (arrival: Arrival) => string | undefined,
): ReturnType<Check["run"]> {
  const { arrived, answer } = await trial.send({ headers });
  const [arrival] = arrived;
  if (arrival === undefined && answer.status === 0) return "the gateway closed the connection";
  if (arrival === undefined) return { notTried: `the gateway answered ${answer.status} by itself` };
  return wrong(arrival);
}

/** Which of a client's own headers reach the BFF. */
async function leaksOf(trial: Trial, names: readonly string[], value: string): ReturnType<Check["run"]> {
  const headers = names.flatMap((name) => [name, value]);
  return onArrival(trial, headers, (arrival) => {
    const leaked = namesOf(arrival, (_, sent) => sent.includes(FORGED));
    return leaked.length === 0 ? undefined : `the client's ${leaked.join(", ")}`;
  });
}

/** In ms; undefined if it is missing, malformed or the client's. */
function deadlineOf({ rawHeaders }: Arrival): number | undefined {
  const value = singleHeader(rawHeaders, "x-request-timeout-ms");
  if (typeof value !== "string" || !/^[1-9]\d{0,8}$/.test(value) || value === FOREIGN_DEADLINE)
    return undefined;
  return Number(value);
}

function namesOf(
  { rawHeaders }: Arrival,
  matches: (name: string, value: string) => boolean,
): readonly string[] {
  return rawHeaders.filter((name, index) => index % 2 === 0 && matches(name, rawHeaders[index + 1] ?? ""));
}

function shown(header: ReturnType<typeof singleHeader>): string {
  if (header === undefined) return "none";
  return header === DOUBLED_HEADER ? "more than one" : header;
}
