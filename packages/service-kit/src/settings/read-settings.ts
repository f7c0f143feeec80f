import { BadSetting, type Setting } from "./setting.ts";

type SettingsSpec = Readonly<Record<string, Setting<unknown>>>;

/** The typed settings that a spec gives. */
export type SettingsOf<Spec extends SettingsSpec> = {
  readonly [Name in keyof Spec]: Spec[Name] extends Setting<infer Value> ? Value : never;
};

/** The environment cannot be used. `message` is one line that names every bad setting. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";
  readonly code = "bad-settings";
  /** One complaint for each bad setting, in the order in which they were declared. */
  readonly complaints: readonly string[];

  constructor(complaints: readonly string[]) {
    super(complaints.join("; "));
    this.complaints = complaints;
  }
}

/**
 * Reads the declared settings from an environment. All are read before it gives up, so one start
 * shows everything that must be fixed. Undeclared variables are ignored.
 *
 * @throws {SettingsError} where a setting is missing or malformed
 */
export function readSettings<const Spec extends SettingsSpec>(
  env: Readonly<Record<string, string | undefined>>,
  spec: Spec,
): SettingsOf<Spec> {
  const values = new Map<string, unknown>();
  const complaints: string[] = [];
  for (const [name, setting] of Object.entries(spec)) {
    // Compose files and CI write "NAME=" for a variable that they do not set.
    const text = env[name]?.trim() || undefined;
    try {
      values.set(name, setting.read(name, text, values));
    } catch (error) {
      if (!(error instanceof BadSetting)) throw error;
      complaints.push(error.message);
    }
  }
  if (complaints.length > 0) throw new SettingsError(complaints);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- every name of the spec has its own setting's value here, which no type guard can tell the compiler
  return Object.fromEntries(values) as SettingsOf<Spec>;
}
