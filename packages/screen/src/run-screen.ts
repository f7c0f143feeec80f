import type { CallScope, RequestContext } from "@triptych/upstream-client";
import type { Degraded } from "./degraded.ts";
import { runSection } from "./run-section.ts";
import type { PreparedSection, SectionResult } from "./run-section.ts";
import type { AnyScreen } from "./screen.ts";
import { whitelist } from "./whitelist.ts";

/** A screen with all that can be made before the first request. */
export type PreparedScreen<Clients> = {
  readonly screen: AnyScreen<Clients>;
  readonly sections: readonly PreparedSection<Clients>[];
};

export function prepare<Clients>(screen: AnyScreen<Clients>): PreparedScreen<Clients> {
  const sections = Object.entries(screen.sections).map(([name, section]) => ({
    name,
    required: section.kind === "required",
    fallback: section.kind === "optional" ? section.fallback : undefined,
    deadlineMs: section.deadlineMs,
    produce: section.produce,
    gate: whitelist(section.schema),
  }));
  return { screen, sections };
}

/** All sections as they came out, in the order of the screen; `failed` is the required one that failed first, if any. */
export type ScreenResult = {
  readonly sections: readonly SectionResult[];
  readonly failed: SectionResult | undefined;
};

/**
 * Starts all sections together and waits for them, or for the first required one that fails: then there is no screen to wait
 * for. Never rejects.
 */
export function runScreen<Clients>(
  prepared: PreparedScreen<Clients>,
  request: RequestContext,
  clientsOf: (scope: CallScope) => Clients,
  input: never,
): Promise<ScreenResult> {
  return new Promise((resolve) => {
    const ready: SectionResult[] = [];
    const run = async (section: PreparedSection<Clients>, position: number) => {
      const result = await runSection(section, request, clientsOf, input);
      ready[position] = result;
      if (result.fatal) resolve({ sections: ready.filter(Boolean), failed: result });
      else if (ready.filter(Boolean).length === prepared.sections.length)
        resolve({ sections: ready, failed: undefined });
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
