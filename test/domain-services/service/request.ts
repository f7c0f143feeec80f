import { isUtf8 } from "node:buffer";
import type { IncomingMessage } from "node:http";
import express from "express";
import type { Request } from "express";
import { createLocalJWKSet, jwtVerify } from "jose";
import type { JSONWebKeySet } from "jose";
import { Problem } from "./reply.ts";
import type { ServiceResponse } from "./reply.ts";
import type { Clock } from "./tools.ts";

const ID = /^[A-Za-z0-9_-]{1,64}$/;

/** Identity providers make the ids of users: visible ASCII of up to 255 characters. */
const USER_ID = /^[\x21-\x7e]{1,255}$/;

/** Whether a text can be an id in any of the four contracts. */
export const isId = (text: string): boolean => ID.test(text);

/** An id from the path. @throws Problem 400 if no such id can exist. */
export function idOf(request: Request, name: string): string {
  const id = request.params[name];
  if (typeof id === "string" && isId(id)) return id;
  throw new Problem(400, `${name} must be 1 to 64 letters, digits, '_' or '-'.`);
}

/** A query parameter that may come once. @throws Problem 400 if it comes twice. */
export function single(request: Request, name: string): string | undefined {
  const value = request.query[name];
  if (value === undefined || typeof value === "string") return value;
  throw new Problem(400, `${name} must be given once.`);
}

/** `limit`, 20 by default. @throws Problem 400 if it is not a whole number from 1 to `max`. */
export function limitOf(request: Request, max: number): number {
  const value = single(request, "limit") ?? "20";
  const limit = /^[1-9]\d{0,5}$/.test(value) ? Number(value) : 0;
  if (limit >= 1 && limit <= max) return limit;
  throw new Problem(400, `limit must be a whole number from 1 to ${max}, got '${shorten(value)}'.`);
}

/** A header that may come once. @throws Problem 400 if it comes twice. */
export function headerOf(request: Request, name: string): string | undefined {
  const values = request.headersDistinct[name.toLowerCase()] ?? [];
  if (values.length > 1) throw new Problem(400, `${name} must be sent once, got it ${values.length} times.`);
  return values[0];
}

/** The start of a caller's text, enough to recognise it in a message. */
export const shorten = (value: string): string => (value.length > 40 ? `${value.slice(0, 40)}…` : value);

/** No body in these services' contracts comes near this size. */
const MAX_BODY_BYTES = 100_000;
const JSON_MEDIA_TYPE = /^application\/json\s*(?:;\s*charset\s*=\s*"?utf-8"?\s*)?$/i;

/** Reads a body that says it is JSON. Compressed ones are refused with 415. */
export const readJson = express.json({
  limit: MAX_BODY_BYTES,
  inflate: false,
  type: ({ headers }) => JSON_MEDIA_TYPE.test(headers["content-type"] ?? ""),
  verify(_request, _response, body) {
    if (!isUtf8(body)) throw new Problem(400, "The body must be JSON in UTF-8, and it is not.");
  },
});

/** The body as JSON. @throws Problem 415 if it says that it is anything else */
export function bodyOf(request: Request): unknown {
  const mediaType = request.headers["content-type"] ?? "no Content-Type";
  if (JSON_MEDIA_TYPE.test(mediaType)) return request.body;
  throw new Problem(415, `The body must be application/json, got ${mediaType}.`);
}

/**
 * The user a request comes from, or null if it names none.
 * It throws Problem 401 if what the request says cannot be believed.
 */
export type Identify = (request: IncomingMessage) => Promise<string | null> | string | null;

/**
 * Takes the user from `X-User-Id`. Node joins a doubled header with ", ", and then it is no id.
 */
export const identifyByHeader: Identify = ({ headers }) => {
  const userId = headers["x-user-id"];
  return typeof userId === "string" && USER_ID.test(userId) ? userId : null;
};

/**
 * Requires the gateway's `Txn-Token` (EdDSA, `txntoken+jwt`), with the subject that `X-User-Id`
 * repeats. With `isOptional`, the `X-User-Id` of a request without a token is believed. A request
 * with neither is a visitor's: it gets what belongs to no user.
 */
export function identifyByToken(keys: JSONWebKeySet, clock: Clock, isOptional: boolean): Identify {
  const keySet = createLocalJWKSet(keys);
  const subjectOf = async (token: string): Promise<string | undefined> => {
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
  };
  return async (request) => {
    const token = request.headers["txn-token"];
    if (token === undefined && isOptional) return identifyByHeader(request);
    if (token === undefined && request.headers["x-user-id"] === undefined) return null;
    if (typeof token !== "string") throw identityRequired("A Txn-Token is required, got none.");
    const subject = await subjectOf(token);
    if (subject !== undefined && subject === identifyByHeader(request)) return subject;
    throw identityRequired("X-User-Id must be sent once and equal the Txn-Token's subject.");
  };
}

/** The user a request comes from. @throws Problem 401 if it names none. */
export function userOf({ locals: { caller } }: ServiceResponse): string {
  if (typeof caller === "string") return caller;
  throw identityRequired(
    "This resource belongs to a user: send one X-User-Id of 1 to 255 visible ASCII characters.",
  );
}

function identityRequired(detail: string, options: ErrorOptions = {}): Problem {
  return new Problem(401, detail, { headers: { "www-authenticate": "Txn-Token" }, ...options });
}
