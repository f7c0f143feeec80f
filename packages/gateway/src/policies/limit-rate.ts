import type { ServerResponse } from "node:http";
import type { LimitStore, Limiter } from "../limits/limiter.ts";
import type { Passage, PolicyCheck } from "../passage.ts";
import { Refusal } from "../refusal.ts";
import type { Limit, Route } from "../table/route.ts";
import { limitKeyOf } from "./client-address.ts";

/**
 * Limits how often one address, before anything else is done for it, and one user or API key, once they are known,
 * may call a route.
 */
export function limitRates(routes: readonly Route[], store: LimitStore) {
  const limiters = new Map<string, Limiter>();
  for (const { name, limits } of routes) {
    for (const { per, requests, seconds } of limits) {
      // With other numbers the counting starts anew: the old count says nothing about the new limit.
      const counter = `${name}:${per}:${requests}/${seconds}`;
      limiters.set(`${name} ${per}`, store.limiter(counter, requests, seconds));
    }
  }

  async function apply(passage: Passage, res: ServerResponse, per: Limit["per"], key: string): Promise<void> {
    const limit = passage.route.limits.find((candidate) => candidate.per === per);
    const limiter = limiters.get(`${passage.route.name} ${per}`);
    if (limit === undefined || limiter === undefined) return;
    const { allowed, remaining, resetMs } = await limiter.consume(key);
    const resetS = Math.max(1, Math.ceil(resetMs / 1_000));
    // draft-ietf-httpapi-ratelimit-headers: q requests in w seconds; r are left for the next t seconds.
    res.appendHeader("RateLimit-Policy", `"${per}";q=${limit.requests};w=${limit.seconds}`);
    res.appendHeader("RateLimit", `"${per}";r=${remaining};t=${resetS}`);
    if (allowed) return;
    throw new Refusal(
      "rate-limit",
      {
        code: "rate-limited",
        detail: `There were more than ${limit.requests} requests in ${limit.seconds} seconds`,
        retryAfterSeconds: resetS,
      },
      { reason: `per-${per}` },
    );
  }

  const perAddress: PolicyCheck = (passage, _req, res) =>
    apply(passage, res, "address", limitKeyOf(passage.address));

  const perCaller: PolicyCheck = async (passage, _req, res) => {
    const { kind, sub, apiKeyId } = passage.caller;
    if (apiKeyId !== undefined) await apply(passage, res, "api-key", apiKeyId);
    // A partner's own account is not a person: the key's limit is the one that was agreed with the partner.
    if (kind !== "api-key") await apply(passage, res, "user", sub);
  };

  return { perAddress, perCaller };
}
