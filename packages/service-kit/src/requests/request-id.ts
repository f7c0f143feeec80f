import { randomUUID } from "node:crypto";

const REQUEST_ID = /^[A-Za-z0-9._~-]{1,128}$/;

/**
 * Whether a text can be a request id: 1 to 128 of the characters that need no escaping anywhere.
 */
export function isRequestId(text: string): boolean {
  return REQUEST_ID.test(text);
}

export function newRequestId(): string {
  return randomUUID();
}
