/** Stands in for a domain service: with recorded answers, or in front of a real one. See this folder's README. */
import { Agent } from "undici";
import type { Matcher } from "../http/router.ts";
import { wallClock } from "../process/clock.ts";
import { loggerOf, runListening } from "../process/run.ts";
import { listenAsService } from "../process/service.ts";
import { SettingError } from "../process/setting-error.ts";
import { readSettings } from "../process/settings.ts";
import type { Settings } from "../process/settings.ts";
import { readRecording, recordingFile } from "./exchange.ts";
import { recordMatcher } from "./record-matcher.ts";
import { replayMatcher } from "./replay-matcher.ts";
import { startSample } from "./sample.ts";
import { readReplaySettings } from "./settings.ts";
import type { ReplaySettings } from "./settings.ts";

/** Where nobody says where: a free one. */
const DEFAULT_PORT = 0;

await runListening(async () => {
  const settings = readSettings(process.env, DEFAULT_PORT);
  const replay = readReplaySettings(process.env);
  const tools = { clock: wallClock, logger: loggerOf(replay.service, settings) };
  const { match, close, about } =
    replay.mode === "replay" ? replayed(replay, settings) : await passedOn(replay, settings);
  const running = await listenAsService(
    { name: replay.service, match, adminRoutes: [], close },
    settings,
    tools,
  );
  return { name: replay.service, running, about: { mode: replay.mode, ...about } };
});

interface Standing {
  readonly match: Matcher;
  readonly close: () => void;
  readonly about: object;
}

function replayed({ service, recordings }: ReplaySettings, settings: Settings): Standing {
  const file = recordingFile(recordings, service);
  const exchanges = readRecording(file);
  if (exchanges.length === 0) {
    throw new SettingError(
      "REPLAY_RECORDINGS",
      `has nothing of ${service} (${file}): npm run dev -- --record makes it`,
    );
  }
  const match = replayMatcher(service, exchanges, loggerOf(service, settings));
  return { match, close: () => undefined, about: { exchanges: exchanges.length } };
}

async function passedOn(replay: ReplaySettings, settings: Settings): Promise<Standing> {
  const { service, mode, recordings, people, key } = replay;
  const logger = loggerOf(service, settings);
  const sample = replay.from === undefined ? await startSample(service, settings) : undefined;
  const origin = replay.from ?? sample?.origin ?? "";
  const dispatcher = new Agent();
  const file = mode === "record" ? recordingFile(recordings, service) : undefined;
  return {
    match: recordMatcher({ service, origin, dispatcher, file, people, key, logger }),
    close() {
      void dispatcher.destroy();
      void sample?.stop();
    },
    about: { from: replay.from ?? "the sample service" },
  };
}
