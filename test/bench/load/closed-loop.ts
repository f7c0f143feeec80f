import type { Ended, RawConnections } from "./raw-connections.ts";

/** A closed loop: so many requests are under way at any time. @returns what became of each */
export async function closedLoop(options: {
  readonly connections: RawConnections;
  readonly request: () => string;
  readonly inFlight: number;
  readonly seconds: number;
}): Promise<readonly Ended[]> {
  const { connections, request, inFlight, seconds } = options;
  const answers: Ended[] = [];
  const end = performance.now() + seconds * 1_000;
  const worker = async (): Promise<void> => {
    while (performance.now() < end) {
      const { promise, resolve } = Promise.withResolvers<Ended>();
      if (!connections.trySend(request(), resolve)) {
        throw new RangeError(`expected a connection for each of ${inFlight} requests in flight, got fewer`);
      }
      answers.push(await promise);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
  return answers;
}
