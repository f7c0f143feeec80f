/** Why a generator stops; `message` is one line for the terminal. Nothing that it began is left. */
export class MakeError extends Error {
  override readonly name: string = "MakeError";
}

/** The arguments cannot be used: shown with the usage. */
export class UsageError extends MakeError {
  override readonly name: string = "UsageError";
}

/** Somebody asked the generator to stop. */
export class Stopped extends MakeError {
  override readonly name = "Stopped";

  constructor() {
    super("stopped: nothing was made");
  }
}
