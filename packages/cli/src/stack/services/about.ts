import { SERVICES } from "./services.ts";
import type { ServicesPlan } from "./plan.ts";

const FOLDER = "test/domain-services/replay/recordings";

/** What to know of the services while they run, in the terminal. Empty where all is as usual. */
export function aboutServices({ mode, standIns, roleEnv, users }: ServicesPlan): string {
  const wrong = SERVICES.flatMap((name) => {
    const switches = roleEnv[name]?.["SWITCHES"];
    return switches === undefined ? [] : [`${name} ${switches}`];
  });
  const lines = [
    ...(mode === "replay" ? replayed(standIns, roleEnv) : []),
    ...(mode === "record"
      ? [
          `Recorded what the screens of the users ${users.join(", ")} need. What else you ask for as one of them is recorded too,`,
          `until Ctrl-C. Read what changed in ${FOLDER} before you commit it.`,
        ]
      : []),
    ...(wrong.length > 0
      ? [`Switched on: ${wrong.join("; ")}. Each admin port's /switches changes it.`]
      : []),
  ];
  return lines.join("\n");
}

function replayed(standIns: ServicesPlan["standIns"], roleEnv: ServicesPlan["roleEnv"]): string[] {
  const recorded = standIns.filter((name) => roleEnv[name]?.["REPLAY_MODE"] === "replay");
  const real = SERVICES.filter((name) => !recorded.includes(name));
  return [
    `Recorded answers (${FOLDER}) stand in for ${recorded.join(", ") || "no service"}.${real.length > 0 ? ` Real: ${real.join(", ")}.` : ""}`,
    "Every user is one of a few invented people. A cancellation lasts until the end of the process.",
  ];
}
