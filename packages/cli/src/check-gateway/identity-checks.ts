import { singleHeader } from "@triptych/identity";
import type { Arrival } from "./observed-bff.ts";
import type { Passage, Sending, Trial } from "./trial.ts";

/** What came of a check in place of what is expected; nothing if all was as expected. */
export type Outcome = string | { readonly notTried: string } | undefined;

/** One thing that is tried. The three texts are sentences for the terminal. */
export interface Check {
  readonly name: string;
  readonly expected: string;
  readonly todo: string;
  /** The gateway works without it, but something is lost. */
  readonly isAdvice?: true;
  /** It says nothing as long as `A_RIGHT_REQUEST` is not right. */
  readonly needsIdentity?: true;
  readonly run: (trial: Trial) => Promise<Outcome>;
}

/** What most others are about: the first check. */
export const A_RIGHT_REQUEST: Check = {
  name: "a request with credentials",
  expected: "it reaches the BFF with one valid X-Identity, of the right user",
  todo: "sign it as docs/your-own-gateway.md says under “X-Identity”",
  run: async (trial) => passed(trial, await trial.send()),
};

/** Whose request reaches the BFF, and whose does not. */
export const IDENTITY_CHECKS: readonly Check[] = [
  {
    name: "two requests with the same credentials",
    expected: "both reach the BFF, each with a jti of its own, and the second client gets the second answer",
    needsIdentity: true,
    todo: "sign each request by itself, and keep no answer of a BFF in a cache",
    async run(trial) {
      const [first, second] = [await trial.send(), await trial.send()];
      const wrong = passed(trial, first) ?? passed(trial, second);
      if (wrong !== undefined) return wrong;
      if (first.answer.body === second.answer.body) return "the first answer again, from a cache";
      const ids = [first, second].map(({ arrived: [arrival] }) => requestIdOf(trial, arrival));
      return ids[0] === ids[1] ? "the same jti twice: a BFF would refuse the second POST" : undefined;
    },
  },
  {
    name: "a request without credentials (missing identity)",
    expected: "nothing reaches the BFF",
    todo: "refuse the request, or send it to the login",
    run: async (trial) => onlyRefused(await trial.send({ credentials: [] })),
  },
  {
    name: "credentials that were changed on the way",
    expected: "nothing reaches the BFF",
    todo: "verify the signature of tokens and sessions; if they cannot be verified, refuse the request",
    run: async (trial) => onlyRefused(await trial.send({ credentials: changedCredentials(trial) })),
  },
  {
    name: "a forged X-Identity without credentials",
    expected: "nothing reaches the BFF",
    todo: "remove X-Identity from every request that comes in, before anything else",
    run: async (trial) =>
      onlyRefused(await trial.send({ credentials: [], headers: ["X-Identity", trial.forgedIdentity] })),
  },
  {
    name: "a forged X-Identity with credentials",
    expected: "only the gateway's own X-Identity reaches the BFF, also if the client's is spelled X_Identity",
    needsIdentity: true,
    todo: "remove X-Identity in every spelling from what comes in, then set your own",
    async run(trial) {
      const forged = trial.forgedIdentity;
      const plain = await ownAlone(trial, { headers: ["x-IDENTITY", forged] });
      return plain ?? ownAlone(trial, { headers: ["X_Identity", forged] });
    },
  },
  {
    name: "a doubled X-Identity",
    expected: "only the gateway's own X-Identity reaches the BFF",
    needsIdentity: true,
    todo: "replace the header (nginx: proxy_set_header; Envoy: OVERWRITE_IF_EXISTS_OR_ADD): never add to it",
    run: (trial) => {
      const forged = trial.forgedIdentity;
      return ownAlone(trial, { headers: ["X-Identity", forged, "X-Identity", forged] });
    },
  },
  {
    name: "a genuine X-Identity, replayed from outside",
    expected: "nothing reaches the BFF without credentials; with them, an identity with a new jti",
    needsIdentity: true,
    todo: "remove X-Identity from every request that comes in: a log or a service may have leaked one",
    async run(trial) {
      const { arrived } = await trial.send();
      const genuine = arrived[0] && singleHeader(arrived[0].rawHeaders, "x-identity");
      if (typeof genuine !== "string")
        return { notTried: "no identity reached the BFF that could be replayed" };
      const headers = ["X-Identity", genuine];
      const without = onlyRefused(await trial.send({ credentials: [], headers }));
      if (without !== undefined) return without;
      const passage = await trial.send({ headers });
      const wrong = passed(trial, passage);
      if (wrong !== undefined) return wrong;
      const isAgain = requestIdOf(trial, passage.arrived[0]) === requestIdOf(trial, arrived[0]);
      return isAgain ? "the replayed X-Identity" : undefined;
    },
  },
  {
    name: "X-Identity, named in the client's Connection header",
    expected: "it reaches the BFF all the same: a client must not be able to remove it",
    needsIdentity: true,
    todo: "drop what Connection names before you set your own headers",
    run: (trial) => ownAlone(trial, { headers: ["Connection", "close, X-Identity, Txn-Token"] }),
  },
  {
    name: "the Txn-Token",
    expected: "one that the services accept, of the same user and request as X-Identity",
    needsIdentity: true,
    todo: "sign it as docs/your-own-gateway.md says under “Txn-Token”",
    async run(trial) {
      if (trial.options.txnKeys === undefined) {
        return { notTried: 'TXN_TOKEN_JWKS is not set: only services with identity "signed" need the token' };
      }
      const { arrived } = await trial.send();
      const [arrival] = arrived;
      if (arrival === undefined) return "nothing reached the BFF";
      const [identity, transaction] = [trial.identityOf(arrival), trial.transactionOf(arrival)];
      if (typeof transaction !== "object") return transaction ?? "none";
      if (typeof identity === "string") return identity;
      const isSame = transaction.userId === identity.userId && transaction.requestId === identity.requestId;
      return isSame ? undefined : "a Txn-Token of another user (sub) or request (txn, jti)";
    },
  },
  {
    name: "a POST",
    expected:
      "it reaches the BFF once, with its body and an identity of its own, also if the connection breaks",
    needsIdentity: true,
    todo: "never repeat a POST: its identity is used up. Forward the body unchanged",
    async run(trial) {
      const { bff, post } = trial.options;
      if (post === undefined) return { notTried: "no --post: name a path that takes one" };
      const passage = await trial.send({ post: true });
      const wrong = passed(trial, passage);
      if (wrong !== undefined) return wrong;
      if (passage.arrived[0]?.body !== post.body) return "another body than was sent";
      bff.conduct = "resets";
      const { arrived } = await trial.send({ post: true });
      bff.conduct = "answers";
      return arrived.length === 1 ? undefined : `${arrived.length} requests when the connection broke`;
    },
  },
];

/**
 * What is wrong with a request that should have passed; undefined if nothing is.
 *
 * @param user whose it should be: null for a visitor, undefined for anybody's
 */
export function passed(
  trial: Trial,
  { answer, arrived }: Passage,
  user: string | null | undefined = trial.options.user,
): string | undefined {
  const [arrival, ...more] = arrived;
  const answered = answer.status === 0 ? "closed the connection" : `answered ${answer.status}`;
  if (arrival === undefined) {
    const kept = answer.status === 200 ? ", from a cache" : "";
    return `nothing reached the BFF: the gateway ${answered}${kept}`;
  }
  if (more.length > 0) return `${arrived.length} requests reached the BFF`;
  const identity = trial.identityOf(arrival);
  if (typeof identity === "string") return identity;
  const { userId = null } = identity;
  if (user === undefined ? userId === null : userId !== user) {
    const named = (who: string | null | undefined): string => (who === null ? "a visitor" : `user ${who}`);
    return `X-Identity is that of ${named(userId)}, not of ${user === undefined ? "a user" : named(user)}`;
  }
  return answer.status === 200 ? undefined : `the BFF answered 200, but the gateway ${answered}`;
}

/** What is wrong with a request that should have been refused; undefined if nothing is. */
export function onlyRefused({ answer, arrived }: Passage): string | undefined {
  if (arrived.length > 0) return "the request reached the BFF";
  const isRefusal = answer.status >= 300 && answer.status < 500;
  return isRefusal ? undefined : `nothing reached the BFF, but the gateway answered ${answer.status}`;
}

/** Whether the gateway's identity reaches the BFF, and no other header that may be read as it. */
async function ownAlone(trial: Trial, sending: Sending): Promise<Outcome> {
  const passage = await trial.send(sending);
  const wrong = passed(trial, passage);
  if (wrong !== undefined) return wrong;
  const names = (passage.arrived[0]?.rawHeaders ?? []).filter((_, index) => index % 2 === 0);
  const like = names.filter((name) => name.toLowerCase().replaceAll("_", "-") === "x-identity");
  return like.length === 1 ? undefined : like.join(" and ");
}

function requestIdOf(trial: Trial, arrival: Arrival | undefined): string | undefined {
  const identity = arrival === undefined ? "" : trial.identityOf(arrival);
  return typeof identity === "string" ? undefined : identity.requestId;
}

/** The trial's credentials with one character of each value replaced: the form stays right. */
export function changedCredentials({ options: { credentials } }: Trial): readonly string[] {
  return credentials.map((text, index) => {
    if (index % 2 === 0) return text;
    const middle = Math.max(text.lastIndexOf(" "), Math.floor((text.length * 3) / 4));
    return `${text.slice(0, middle)}${text[middle] === "A" ? "B" : "A"}${text.slice(middle + 1)}`;
  });
}
