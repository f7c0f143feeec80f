/** A screen as its app defines it, as far as the console shows it. */
export interface ScreenDefinition {
  readonly name: string;
  readonly path: string;
  readonly budget: { readonly deadlineMs: number; readonly upstreamCalls: number; readonly bytes: number };
  readonly sections: readonly SectionDefinition[];
}

/** One of its sections. */
export interface SectionDefinition {
  readonly name: string;
  readonly required: boolean;
  /** Undefined where it has the screen's. */
  readonly deadlineMs?: number | undefined;
}

/** What of a BFF's definition the console shows: its screens, their budgets and sections. */
export function describeApp(bff: unknown): { readonly name: string; readonly screens: readonly object[] } {
  const { name, prefix, answers } = Object(bff);
  const { screens } = Object(answers);
  return {
    name: String(name),
    screens: Array.isArray(screens) ? screens.map((one) => screenOf(one, String(prefix))) : [],
  };
}

function screenOf(screen: unknown, prefix: string): object {
  const { name, path, budget, sections } = Object(screen);
  return {
    name,
    path: `${prefix}${path}`,
    budget,
    sections: Object.entries(Object(sections)).map(([section, value]) => {
      const { kind, deadlineMs } = Object(value);
      return { name: section, required: kind === "required", deadlineMs };
    }),
  };
}

/** Whether it is a screen as `describeApp` describes it, as far as the console depends on it. */
export function isDefinition(value: unknown): value is ScreenDefinition {
  const { name, budget, sections } = Object(value);
  return typeof name === "string" && typeof Object(budget).deadlineMs === "number" && Array.isArray(sections);
}
