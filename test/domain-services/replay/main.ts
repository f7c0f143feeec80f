/**
 * Takes a domain service's place: with recorded answers, or in front of a real service. See the
 * README.
 */
import { answerArguments } from "@triptych/testing/program";
import { catalogService } from "../catalog/main.ts";
import { ordersService } from "../orders/main.ts";
import { recommendationsService } from "../recommendations/main.ts";
import { listenAsService, runProgram, startService } from "../service/run.ts";
import type { Operations, RunningService } from "../service/run.ts";
import { HELP, readChoice, readSettings } from "../service/settings.ts";
import type { Environment, Settings } from "../service/settings.ts";
import { SettingError, stderrLogger } from "../service/tools.ts";
import type { Tools } from "../service/tools.ts";
import { usersService } from "../users/main.ts";
import { recordRoutes } from "./record.ts";
import { readRecording, recordingFile, RECORDINGS } from "./recording.ts";
import { replayRoutes } from "./replay.ts";

const SAMPLES = [usersService, ordersService, recommendationsService([1, 2]), catalogService];
const HOST = "127.0.0.1";
/** The shortest key that keeps ids from being guessed, in characters. */
const MIN_KEY_LENGTH = 32;

interface ReplaySettings {
  /** The service whose place this process takes: `users`. */
  readonly service: string;
  /** Answer from the recording, record a real service, or only pass everything on to it. */
  readonly mode: "replay" | "record" | "pass";
  /** The service's file in the folder of the recordings. */
  readonly file: string;
  /** The real service; undefined: the sample one, in this process. */
  readonly from: string | undefined;
  /** The person of the recording that each user becomes. */
  readonly people: ReadonlyMap<string, number>;
  readonly key: string;
}

function readReplaySettings(environment: Environment): ReplaySettings {
  const mode = readChoice(environment, "REPLAY_MODE", ["replay", "record", "pass"]);
  const { REPLAY_SERVICE: service = "", REPLAY_FROM: from, REPLAY_KEY: key = "" } = environment;
  if (!/^[a-z][a-z-]*$/.test(service))
    throw new SettingError("REPLAY_SERVICE", `must be a service's name, got '${service}'`);
  if (from !== undefined && !/^https?:$/.test(URL.parse(from)?.protocol ?? ""))
    throw new SettingError("REPLAY_FROM", `must be a service's address, got '${from}'`);
  if (mode === "record" && key.length < MIN_KEY_LENGTH)
    throw new SettingError("REPLAY_KEY", `must have ${MIN_KEY_LENGTH} characters or more`);
  const users = (environment["REPLAY_USERS"] ?? "").split(",").filter((user) => user !== "");
  return {
    service,
    mode,
    file: recordingFile(environment["REPLAY_RECORDINGS"] ?? RECORDINGS, service),
    from: from === undefined ? undefined : new URL(from).origin,
    people: new Map(users.map((user, index) => [user, index + 1])),
    key,
  };
}

function replayed({ service, file }: ReplaySettings, { mediaUrl }: Settings, { logger }: Tools): Operations {
  const exchanges = readRecording(file);
  if (exchanges.length > 0) return { routes: replayRoutes(service, exchanges, { mediaUrl, logger }) };
  const problem = `has nothing of ${service} (${file}): npm run dev -- --record makes it`;
  throw new SettingError("REPLAY_RECORDINGS", problem);
}

async function passedOn(replay: ReplaySettings, settings: Settings, tools: Tools): Promise<Operations> {
  const { from, mode } = replay;
  const sample = from === undefined ? await startSample(replay.service, settings, tools) : undefined;
  const origin = from ?? `http://${HOST}:${sample?.port}`;
  const file = mode === "record" ? replay.file : undefined;
  return {
    routes: recordRoutes({ ...replay, file, origin, logger: tools.logger }),
    close: () => void sample?.stop(),
  };
}

/**
 * Starts a sample service on a free port. This process checks the tokens and misbehaves in its
 * place.
 */
async function startSample(name: string, settings: Settings, tools: Tools): Promise<RunningService> {
  const definition = SAMPLES.find((candidate) => candidate.name === name);
  if (definition === undefined) {
    const problem = `'${name}' has no sample service: say where the real one is (--real ${name}=http://…)`;
    throw new SettingError("REPLAY_SERVICE", problem);
  }
  const own = { host: HOST, port: 0, adminPort: 0, switches: {}, txnTokenKeys: undefined };
  return startService(definition, { ...settings, ...own }, tools);
}

answerArguments(
  "replay",
  `${HELP}
  REPLAY_SERVICE            the service whose place it takes; required
  REPLAY_MODE               replay, record or pass; default replay
  REPLAY_FROM               the real service's address; default the sample one
  REPLAY_RECORDINGS         the folder of the recordings
  REPLAY_USERS              the users who become people of the recording, comma-separated
  REPLAY_KEY                what hides ids while recording, ${MIN_KEY_LENGTH} characters or more`,
);
await runProgram(async () => {
  // Port 0: without PORT it takes a free one.
  const settings = readSettings(process.env, 0);
  const replay = readReplaySettings(process.env);
  const { service, mode } = replay;
  const tools = { clock: Date, logger: stderrLogger(service, settings.logLevel) };
  const open = mode === "replay" ? replayed : passedOn;
  return listenAsService(service, await open(replay, settings, tools), settings, tools);
});
