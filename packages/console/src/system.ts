/** A program of the system that is shown. */
export interface ShownProgram {
  readonly name: string;
  /** `service`, `bff`, `gateway`, … */
  readonly kind: string;
  readonly url: string;
  readonly adminUrl: string;
  /** Of a service: whether its answers are recorded ones. */
  readonly isReplayed: boolean;
}

/** A page that a person may open as a sample user. `{user}` in it is replaced by the user's id. */
export interface ShownPage {
  readonly name: string;
  readonly about: string;
  readonly url: string;
}

/** A sample user, and a word on what is special. */
export interface SampleUser {
  readonly id: string;
  readonly name: string;
  readonly about: string;
}

/** What runs, as its launcher knows it. */
export interface System {
  readonly programs: readonly ShownProgram[];
  readonly pages: readonly ShownPage[];
  readonly users: readonly SampleUser[];
}
