import { join } from "node:path";
import type { Host, Program } from "../lab/host.ts";
import { isMessage } from "./protocol.ts";
import type { Answer, Asking, Message, Outcome } from "./protocol.ts";

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

  static async on(host: Host): Promise<RemoteClient> {
    const program = host.start(process.execPath, [join(import.meta.dirname, "main.ts")], { ipc: true });
    await program.said("ready");
    return new RemoteClient(program);
  }

  /** Never fails: what went wrong stands in the outcome. */
  send(asking: Asking): Promise<Outcome> {
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve) => {
      this.#pending.set(id, resolve);
      this.#program.send({ id, content: { ...asking } });
    });
  }

  /** @throws Error where no answer came */
  async ask(asking: Asking): Promise<Answer> {
    const { answer, error } = await this.send(asking);
    if (answer === undefined) throw new Error(`${asking.origins.join(", ")}${asking.path}: ${error}`);
    return answer;
  }
}
