import { RawUpstream } from "@triptych/testing";
import type { RawHandler } from "@triptych/testing";
import { systemClock } from "../clock.ts";
import type { Clock } from "../clock.ts";
import { CallScope } from "../context.ts";
import type { Caller } from "../context.ts";
import { UpstreamError } from "../errors.ts";
import type { CallInput, Operation } from "../operation.ts";
import type { UpstreamOptions } from "../options.ts";
import { Upstream } from "../upstream.ts";
import { makeOperation, makeRequest } from "./make-call.ts";
import type { TestRequest } from "./make-call.ts";

export type TestedUpstream = AsyncDisposable & {
  readonly server: RawUpstream;
  readonly upstream: Upstream;
  /** Calls as a section would, in a request of its own unless one is given. */
  call(operation?: Partial<Operation<unknown>>, how?: HowToCall): Promise<unknown>;
  /** … and gives back the error that it must end with. */
  failure(operation?: Partial<Operation<unknown>>, how?: HowToCall): Promise<UpstreamError>;
};

export type HowToCall = {
  readonly input?: CallInput;
  readonly request?: TestRequest;
  readonly caller?: Partial<Caller>;
  readonly deadlineMs?: number;
};

/** On the machine's clock tests name a deadline to wait for one: a busy machine may take 800 ms. */
const PATIENT_MS = 60_000;

/** A test that expects the construction to fail must not leave a server behind. */
async function open(server: RawUpstream, options: UpstreamOptions): Promise<Upstream> {
  try {
    return new Upstream(options);
  } catch (error) {
    await server[Symbol.asyncDispose]();
    throw error;
  }
}

/** An `Upstream` on real sockets in front of a server that does what the test says. */
export async function testUpstream(
  handle: RawHandler,
  options: Partial<UpstreamOptions> & { readonly clock?: Clock } = {},
): Promise<TestedUpstream> {
  const server = await RawUpstream.open(handle);
  const { clock = systemClock } = options;
  const addresses = options.addresses ?? [server.origin];
  const upstream = await open(server, { name: "things", ...options, addresses });

  const defaultMs = clock === systemClock ? PATIENT_MS : undefined;

  const call = async (operation: Partial<Operation<unknown>> = {}, how: HowToCall = {}): Promise<unknown> => {
    const request = how.request ?? makeRequest(clock, how.caller, how.deadlineMs ?? defaultMs);
    try {
      return await upstream.call(makeOperation(operation), new CallScope(request.context), how.input);
    } finally {
      if (how.request === undefined) request.deadline.dispose();
    }
  };
  return {
    server,
    upstream,
    call,
    async failure(operation, how) {
      try {
        await call(operation, how);
      } catch (error) {
        if (error instanceof UpstreamError) return error;
        throw error;
      }
      throw new Error("expected the call to fail, but it was answered");
    },
    async [Symbol.asyncDispose]() {
      // Calls that hang would keep close() waiting.
      await server[Symbol.asyncDispose]();
      await upstream.close();
    },
  };
}
