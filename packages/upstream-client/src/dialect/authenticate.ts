import { Agent, fetch as undiciFetch } from "undici";
import { endedOutcome, failed } from "../call.ts";
import type { Call, Failure, Wrapper } from "../call.ts";
import type { Clock } from "../clock.ts";
import type { EndCause } from "../deadline.ts";
import type { Authenticate, AuthenticationTools, CredentialsError } from "./authentication.ts";
import type { Connector } from "../wire/connector.ts";
import type { RequestContext } from "../context.ts";
import { CredentialStore } from "./credential-store.ts";
import type { CallToMakeFor, Made } from "./credential-store.ts";
import { isRepeatableBody } from "./request-body.ts";
import { readSecret } from "./secret.ts";
import type { Secrets } from "./secret.ts";

type Parts = {
  readonly clock: Clock;
  readonly secrets: Secrets | undefined;
  /** What sockets to the token endpoint are opened with. */
  readonly open: Connector;
};

/** Larger answers of a token endpoint are refused, bytes. */
const MAX_TOKEN_ANSWER = 65_536;

/**
 * Sends each call with credentials. They are made within the call's deadline; a making that takes
 * longer goes on for later calls. A 401 renews them once and sends the call again.
 */
export function authenticated(authenticate: Authenticate, { clock, secrets = {}, open }: Parts): Wrapper {
  const { per, make } =
    typeof authenticate === "function" ? { per: "caller", make: authenticate } : authenticate;
  const fetch = tokenFetch(open);
  const newStore = () =>
    new CredentialStore((call) => {
      return make(call, { fetch, read: (secret) => readSecret(secret, secrets, call.renewal) });
    }, clock);
  const store = newStore();
  /** A visitor's credentials end with the request: the next visitor is another person. */
  const ofVisitors = new WeakMap<RequestContext, CredentialStore>();
  const storeOf = (request: RequestContext): CredentialStore => {
    if (per === "service" || request.caller.userId !== undefined) return store;
    const own = ofVisitors.get(request) ?? newStore();
    ofVisitors.set(request, own);
    return own;
  };

  /** Waits for credentials as long as the call may wait. */
  const request = (
    call: Call,
    refused: readonly string[] | undefined,
    onMade: OnMade,
    onEnd: OnEnd,
  ): void => {
    const key = per === "service" ? "" : call.scope.request.callerKey;
    let isOver = false;
    const over = (): boolean => {
      const wasOver = isOver;
      isOver = true;
      call.deadline.remove(listener);
      return wasOver;
    };
    const listener = { onEnd: (cause: EndCause) => void (over() || onEnd(cause)) };
    call.progress.phase = "credentials";
    call.deadline.add(listener);
    storeOf(call.scope.request).get(
      key,
      callToMakeFor(call, refused !== undefined),
      refused,
      (made) => void (over() || onMade(made)),
    );
  };

  return (next) => (call, done) => {
    if (call.deadline.ended !== undefined) return done(endedOutcome(call, call.deadline.ended));
    const onEnd = (cause: EndCause): void => done(endedOutcome(call, cause));
    const onFirst = (made: Made): void => {
      if (!made.ok) return done(withoutCredentials(call, made.error));
      next({ ...call, credentials: made.headers }, (outcome) => {
        const isRefused = !outcome.ok && outcome.error.status === 401;
        const mayResend = isRefused && isRepeatableBody(call.body) && call.deadline.ended === undefined;
        if (!mayResend) return done(outcome);
        const onSecond = (again: Made): void => {
          // The service's refusal says more than why there is nothing else to try.
          if (!again.ok || isSame(made.headers, again.headers)) return done(outcome);
          next({ ...call, credentials: again.headers }, done);
        };
        request(call, made.headers, onSecond, onEnd);
      });
    };
    request(call, undefined, onFirst, onEnd);
  };
}

type OnMade = (made: Made) => void;
type OnEnd = (cause: EndCause) => void;

function callToMakeFor({ upstream, operation, target, scope }: Call, renewal: boolean): CallToMakeFor {
  const { name, method } = operation;
  return { upstream, operation: name, method, target, caller: scope.request.caller, renewal };
}

function withoutCredentials(call: Call, { kind, message }: CredentialsError): Failure {
  return failed(call, { kind, phase: "credentials", reason: message });
}

function isSame(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((text, index) => text === others[index]);
}

/** A `fetch` for token endpoints. No connection is kept: a token lasts longer than one. */
function tokenFetch(open: Connector): AuthenticationTools["fetch"] {
  const dispatcher = new Agent({ connect: open, pipelining: 0, maxResponseSize: MAX_TOKEN_ANSWER });
  return async (address, { method = "GET", headers = {}, body, signal = null }) => {
    const form = body === undefined ? null : String(body);
    const answer = await undiciFetch(address, {
      method,
      headers,
      body: form,
      signal,
      dispatcher,
      redirect: "manual",
    });
    // The same answer as Node's own class, which libraries know.
    return new Response(await answer.text(), { status: answer.status, headers: [...answer.headers] });
  };
}
