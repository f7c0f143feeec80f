import { randomUUID } from "node:crypto";
import { createMinter } from "@triptych/identity";
import type { IdentityKey } from "@triptych/identity";
import type { Dispatcher } from "undici";

export type Question = {
  /** One of the stubs' users. Default `ada`. */
  readonly user?: string;
  readonly method?: Dispatcher.HttpMethod;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly body?: string | Buffer;
};

export type Answer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** As it came: perhaps compressed. */
  readonly bytes: Buffer;
  /** The bytes as text, for what is not compressed. */
  readonly text: string;
};

/** Sends requests to the app as the gateway would: with a fresh identity. The path goes out as it stands. */
export function asker(dispatcher: Dispatcher, key: IdentityKey, audience: string) {
  const minter = createMinter({ ...key });
  return async (path: string, question: Question = {}): Promise<Answer> => {
    const { user = "ada", method = "GET", headers = {}, body = null } = question;
    const identity = minter.mint({ userId: user, audience, requestId: randomUUID() });
    const response = await dispatcher.request({
      path,
      method,
      headers: { "x-identity": identity, ...headers },
      body,
    });
    const bytes = Buffer.from(await response.body.arrayBuffer());
    return { status: response.statusCode, headers: response.headers, bytes, text: bytes.toString() };
  };
}
