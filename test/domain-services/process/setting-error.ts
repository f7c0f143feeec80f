/** A setting that the process cannot start with; the message names it and is one line. */
export class SettingError extends Error {
  constructor(setting: string, problem: string, options?: ErrorOptions) {
    super(`${setting} ${problem}`.replaceAll(/\s+/g, " "), options);
    this.name = "SettingError";
  }
}
