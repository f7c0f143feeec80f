import { closedLoop } from "../load/closed-loop.ts";
import { onTheWire } from "../load/gateway.ts";
import { RawConnections } from "../load/raw-connections.ts";
import type { Lab, Running } from "../processes/lab.ts";

/** Enough to keep the process busy all the time, few enough for its bulkheads and its deadlines. */
const IN_FLIGHT = 32;
const SECONDS = 3;

/** The most whole pages a second that a program answers, when as many are under way as it has time for. */
export async function peakRate(lab: Lab, { program, app, bytes }: Running): Promise<number> {
  using connections = new RawConnections(program.port, IN_FLIGHT);
  const request = (): string => onTheWire(lab.gateway.request(app));
  const load = { connections, request, inFlight: IN_FLIGHT };
  await closedLoop({ ...load, seconds: 1 });
  const answers = await closedLoop({ ...load, seconds: SECONDS });
  const whole = answers.filter(
    (answer) => typeof answer === "object" && answer.status === 200 && answer.bytes === bytes,
  );
  return whole.length / SECONDS;
}
