import { join } from "node:path";
import type { Program } from "@triptych/testing";
import type { Host } from "./network.ts";

/** One request of a client that knows several addresses of a site, as from a name server. */
export interface Asking {
  /** Tried in this order. The next one is tried only if no connection can be made. */
  readonly origins: readonly string[];
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The client's own address. */
  readonly from: string;
}

/** What the site answered. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** How a request ended: with an answer, or an error in words. `origin` is where it was sent. */
export interface Outcome {
  readonly origin?: string;
  readonly answer?: Answer;
  readonly error?: string;
}

/** What the two processes send each other: a request, or its outcome, by number. */
export interface Message<Content> {
  readonly id: number;
  readonly content: Content;
}

/** Both processes run the same code, so the content is not checked. */
export function isMessage(value: unknown): value is Message<never> {
  return typeof value === "object" && value !== null && "id" in value && "content" in value;
}

/** Sends requests from a host of the network. */
export class RemoteClient {
  readonly #program: Program;
  readonly #pending = new Map<number, (outcome: Outcome) => void>();
  #lastId = 0;

  private constructor(program: Program) {
    this.#program = program;
    program.child.on("message", (message) => {
      if (!isMessage(message)) return;
      const { id, content }: Message<Outcome> = message;
      this.#pending.get(id)?.(content);
      this.#pending.delete(id);
    });
  }

  /** Starts the program that sends them on a host. */
  static async on(host: Host): Promise<RemoteClient> {
    const program = host.start(process.execPath, [join(import.meta.dirname, "client-program.ts")], {
      ipc: true,
    });
    await program.said("ready");
    return new RemoteClient(program);
  }

  /** Never rejects: an error is in the outcome. */
  send(asking: Asking): Promise<Outcome> {
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve) => {
      this.#pending.set(id, resolve);
      this.#program.child.send({ id, content: { ...asking } });
    });
  }

  /** @throws Error if no answer comes */
  async ask(asking: Asking): Promise<Answer> {
    const { answer, error } = await this.send(asking);
    if (answer === undefined) throw new Error(`${asking.origins.join(", ")}${asking.path}: ${error}`);
    return answer;
  }
}
