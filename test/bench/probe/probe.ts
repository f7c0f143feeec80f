import { connect } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { Contender } from "../contenders/contender.ts";

/** What a program's probe told. */
export type Reading = {
  /** Calls of JSON.parse since the program began. */
  readonly parses: number;
  /** What lives on the heap and beside it (buffers), after a garbage collection. */
  readonly liveBytes: number;
  readonly rssBytes: number;
};

/**
 * The same program with a probe in its process.
 * @param folder an empty one, for the probe's socket
 */
export function probed(contender: Contender, folder: string): Contender & { readonly socket: string } {
  const socket = join(folder, "probe.sock");
  const inside = join(import.meta.dirname, "inside.ts");
  return {
    ...contender,
    socket,
    program(services, gateway) {
      const { command, env } = contender.program(services, gateway);
      return {
        command: ["--expose-gc", "--import", inside, ...command],
        env: { ...env, BENCH_PROBE: socket },
      };
    },
  };
}

/** Asks a program's probe. @throws Error where none answers */
export async function readProbe(socket: string): Promise<Reading> {
  const reading: unknown = JSON.parse(await text(connect(socket)));
  if (!isReading(reading)) {
    throw new TypeError(`expected a probe's reading, got ${JSON.stringify(reading)}`);
  }
  return reading;
}

function isReading(value: unknown): value is Reading {
  return (
    typeof value === "object" &&
    value !== null &&
    ["parses", "liveBytes", "rssBytes"].every((name) => typeof Reflect.get(value, name) === "number")
  );
}
