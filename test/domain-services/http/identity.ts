import type { IncomingMessage } from "node:http";
import { createLocalJWKSet, jwtVerify } from "jose";
import type { JSONWebKeySet } from "jose";
import { isId } from "./parameters.ts";
import { identityRequired } from "./problem.ts";
import type { Clock } from "../process/clock.ts";

/** Whom a request comes from, or null where it names nobody. @throws Problem 401 where what it says cannot be believed. */
export type Identify = (request: IncomingMessage) => Promise<string | null> | string | null;

/** Takes the user from `X-User-Id` alone. A doubled header is joined with a comma, and so is no id. */
export const identifyByHeader: Identify = (request) => {
  const userId = request.headers["x-user-id"];
  return typeof userId === "string" && isId(userId) ? userId : null;
};

/**
 * Requires a `Txn-Token` of the gateway (EdDSA, `txntoken+jwt`) with the subject that `X-User-Id` repeats. Where it is
 * `optional`, a request without one is believed its `X-User-Id`.
 */
export function identifyByToken(keys: JSONWebKeySet, clock: Clock, optional = false): Identify {
  const keySet = createLocalJWKSet(keys);
  return async (request) => {
    const token = request.headers["txn-token"];
    if (token === undefined && optional) return identifyByHeader(request);
    if (typeof token !== "string") throw identityRequired("A Txn-Token is required, got none.");
    const subject = await subjectOf(token, keySet, clock);
    if (subject === undefined || identifyByHeader(request) !== subject) {
      throw identityRequired("X-User-Id must be sent once and equal the Txn-Token's subject.");
    }
    return subject;
  };
}

async function subjectOf(
  token: string,
  keySet: ReturnType<typeof createLocalJWKSet>,
  clock: Clock,
): Promise<string | undefined> {
  try {
    const { payload } = await jwtVerify(token, keySet, {
      algorithms: ["EdDSA"],
      typ: "txntoken+jwt",
      issuer: "gateway",
      audience: "triptych",
      requiredClaims: ["sub", "exp"],
      currentDate: new Date(clock.now()),
    });
    return payload.sub;
  } catch (cause) {
    throw identityRequired("The Txn-Token is not valid, or no longer.", { cause });
  }
}
