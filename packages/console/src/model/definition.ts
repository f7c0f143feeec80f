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
