import { FakeClock, constantRandom } from "@triptych/testing";
import type { Outcome } from "../call.ts";
import { cache } from "../cache/cache.ts";
import { CacheStore } from "../cache/store.ts";
import { Telemetry } from "../events.ts";
import type { CacheVerdictEvent } from "../events.ts";
import { makeCall } from "./make-call.ts";
import { ScriptedSend, promised } from "./scripted-send.ts";

/** The cache alone, above an upstream that answers as the test says. */
export function cacheUnderTest(limits: { maxEntries?: number; maxBytes?: number } = {}) {
  const clock = new FakeClock();
  const below = new ScriptedSend();
  const events: CacheVerdictEvent[] = [];
  const telemetry = new Telemetry({ cacheVerdict: (event) => events.push(event) });
  const store = new CacheStore(limits, { upstream: "things", clock });
  const parts = { clock, random: constantRandom(0.5), telemetry, store };
  const send = promised(cache({}, parts)(below.send));

  /** Answers the newest call below. */
  const answer = (value: unknown, headers: Record<string, string>, status = 200): void => {
    const body = Buffer.from(status === 304 ? "" : JSON.stringify(value));
    below.at(below.calls.length - 1).succeed(value, { status, headers, body });
  };
  /** Makes a call that reaches the upstream and is answered there. */
  const answered = async (
    how: Parameters<typeof makeCall>[1],
    value: unknown,
    headers: Record<string, string>,
  ) => {
    const outcome = send(makeCall(clock, how));
    await clock.advanceInTurns(0);
    answer(value, headers);
    return outcome;
  };
  const ask = (how: Parameters<typeof makeCall>[1]): Promise<Outcome> => send(makeCall(clock, how));
  const verdicts = () => events.map(({ verdict }) => verdict);
  return { clock, below, send, store, answer, answered, ask, verdicts, events };
}
