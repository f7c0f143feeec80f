import type { AttemptEvent, RequestContext } from "@triptych/upstream-client";
import type { Degraded } from "../definition/section.ts";
import { isOurBug } from "./failure.ts";
import type { PreparedScreen, PreparedSection } from "./prepare.ts";
import { runSection } from "./run-section.ts";
import type { ScreenRequest, SectionResult } from "./run-section.ts";

/** What became of a screen's sections, in the screen's order; `failed` is the first fatal one. */
export type ScreenResult = {
  readonly sections: readonly SectionResult[];
  readonly failed: SectionResult | undefined;
};

/**
 * Starts all sections together and waits for every one of them. Never rejects.
 * @param onReady called with each section as soon as it is ready
 */
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

/** Starts all sections together and waits for them, or for the first required one that fails. */
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

/** The entries of an answer's `degraded`. */
export function degradedOf(result: ScreenResult): readonly Degraded[] {
  return result.sections.flatMap((section) => section.degraded ?? []);
}

/** A section that failed, for the log. */
export type SectionFailure = {
  readonly section: string;
  readonly error: unknown;
  /** A bug of this app's, to be logged with its stack: no upstream caused it. */
  readonly bug: boolean;
};

/** What a screen or a command reports about one request, for the log line and the metrics. */
export type ScreenReport = {
  readonly screen: string;
  readonly upstreamCalls: number;
  /** The attempts that had ended when the answer was decided; each retry and hedge is one. */
  readonly attempts: readonly AttemptEvent[];
  readonly degraded: readonly Degraded[];
  readonly failures: readonly SectionFailure[];
};

/** @param screen the screen's name, or that of the command that it answers */
export function reportOf(screen: string, context: RequestContext, result: ScreenResult): ScreenReport {
  const { upstreamCalls, attempts } = context;
  const failures = result.sections
    .filter(({ error }) => error !== undefined)
    .map(({ name, error }) => ({ section: name, error, bug: isOurBug(error) }));
  return { screen, upstreamCalls, attempts, degraded: degradedOf(result), failures };
}
