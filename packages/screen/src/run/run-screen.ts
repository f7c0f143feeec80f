import type { Degraded } from "../definition/degraded.ts";
import type { PreparedScreen, PreparedSection } from "./prepare.ts";
import { runSection } from "./run-section.ts";
import type { ScreenRequest, SectionResult } from "./run-section.ts";

/** The sections as they came out, in the order of the screen; `failed` is the required one that failed first, if any. */
export type ScreenResult = {
  readonly sections: readonly SectionResult[];
  readonly failed: SectionResult | undefined;
};

/** Starts all sections together and waits for them; `onReady` is told of each as it is ready. Never rejects. */
export async function runAllSections<Clients>(
  prepared: PreparedScreen<Clients>,
  request: ScreenRequest<Clients>,
  onReady: (result: SectionResult) => void,
): Promise<ScreenResult> {
  const sections = await Promise.all(
    prepared.sections.map(async (section) => {
      const result = await runSection(section, request);
      onReady(result);
      return result;
    }),
  );
  return { sections, failed: sections.find(({ fatal }) => fatal) };
}

/** The same, but does not wait for the others once a required section has failed: there is no screen to wait for. */
export function runScreen<Clients>(
  prepared: PreparedScreen<Clients>,
  request: ScreenRequest<Clients>,
): Promise<ScreenResult> {
  return new Promise((resolve) => {
    const ready: SectionResult[] = [];
    let waitingFor = prepared.sections.length;
    const run = async (section: PreparedSection<Clients>, position: number) => {
      const result = await runSection(section, request);
      ready[position] = result;
      waitingFor -= 1;
      if (result.fatal) resolve({ sections: ready.filter((one) => one !== undefined), failed: result });
      else if (waitingFor === 0) resolve({ sections: ready, failed: undefined });
    };
    for (const [position, section] of prepared.sections.entries()) void run(section, position);
  });
}

/** The JSON members of an answer: one per section, and always `degraded`. */
export function answerOf(result: ScreenResult): Readonly<Record<string, unknown>> {
  const answer: Record<string, unknown> = {};
  for (const section of result.sections) answer[section.name] = section.data;
  answer["degraded"] = degradedOf(result);
  return answer;
}

export function degradedOf(result: ScreenResult): readonly Degraded[] {
  return result.sections.flatMap((section) => section.degraded ?? []);
}
