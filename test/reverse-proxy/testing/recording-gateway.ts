import type { RequestListener } from "node:http";
import { RecordingUpstream } from "@triptych/testing";
import type { Recorded } from "@triptych/testing";

/**
 * A gateway's two ports, as the proxy sees them. It records requests, and says whether it is ready.
 */
export class RecordingGateway implements AsyncDisposable {
  ready = true;
  port = 0;
  adminPort = 0;
  readonly #public = new RecordingUpstream();
  readonly #admin = new RecordingUpstream();

  constructor() {
    this.answer = (_req, res) => void res.end("ok");
    this.#admin.answer = ({ url }, res) => {
      res.statusCode = url === "/readyz" && this.ready ? 200 : 503;
      res.end();
    };
  }

  /** The requests so far. A test may empty it. */
  get seen(): Recorded[] {
    return this.#public.requests;
  }

  /** How often its readiness was checked. */
  get checks(): number {
    return this.#admin.requests.length;
  }

  /** Answers each request. Default: 200 with `ok`. */
  set answer(answer: RequestListener) {
    this.#public.answer = answer;
  }

  /** Opens both ports. */
  async start(): Promise<this> {
    this.adminPort = Number(new URL(await this.#admin.listen()).port);
    await this.startPublic();
    return this;
  }

  /** Opens the public port: after `stopPublic` the same one again. */
  async startPublic(): Promise<void> {
    this.port = Number(new URL(await this.#public.listen(this.port)).port);
  }

  /** Closes the public port and its connections. */
  async stopPublic(): Promise<void> {
    await this.#public.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.#public.close(), this.#admin.close()]);
  }
}
