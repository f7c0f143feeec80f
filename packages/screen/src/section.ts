import type { Static, TSchema } from "typebox";

/** What a screen's request says: the values of its path parameters, checked already. */
export type ScreenInput<ParamNames extends string = never> = {
  readonly params: { readonly [Name in ParamNames]: string };
};

type Common<Clients, Input, Schema extends TSchema> = {
  /** The section's part of the answer. Only the fields that it names leave the process. */
  readonly schema: Schema;
  /** A shorter deadline than the screen's, in milliseconds from the start of the section. */
  readonly deadlineMs?: number | undefined;
  /** Loads and shapes in one step; throws what the load throws. */
  readonly produce: (clients: Clients, input: Input) => Promise<Static<Schema>>;
};

/** Without this section there is no screen: when it fails, the screen answers a problem that names it. */
export type RequiredSection<Clients, Input, Schema extends TSchema> = Common<Clients, Input, Schema> & {
  readonly kind: "required";
};

/** The client can do without this section: when it fails, the fallback stands in and `degraded` says so. */
export type OptionalSection<Clients, Input, Schema extends TSchema> = Common<Clients, Input, Schema> & {
  readonly kind: "optional";
  readonly fallback: Static<Schema>;
};

export type Section<Clients, Input, Schema extends TSchema = TSchema> =
  | RequiredSection<Clients, Input, Schema>
  | OptionalSection<Clients, Input, Schema>;

/** How a section is written down in a screen. */
export type SectionForm<Clients, Input, Loaded, Schema extends TSchema> = {
  readonly schema: Schema;
  readonly deadlineMs?: number;
  /** Fetches what the section needs; all sections' loads start together, a dependent call is a plain `await`. */
  readonly load: (clients: Clients, input: Input) => Promise<Loaded>;
  /** Turns what was loaded into what the client shows. Must not change what it gets: others may share it. */
  readonly shape: (loaded: Loaded, input: Input) => Static<Schema>;
};

export function required<Clients, Input, Loaded, Schema extends TSchema>(
  form: SectionForm<Clients, Input, Loaded, Schema>,
): RequiredSection<Clients, Input, Schema> {
  return { kind: "required", schema: form.schema, deadlineMs: form.deadlineMs, produce: producer(form) };
}

export function optional<Clients, Input, Loaded, Schema extends TSchema>(
  form: SectionForm<Clients, Input, Loaded, Schema> & { readonly fallback: Static<Schema> },
): OptionalSection<Clients, Input, Schema> {
  const { schema, deadlineMs, fallback } = form;
  return { kind: "optional", schema, deadlineMs, fallback, produce: producer(form) };
}

function producer<Clients, Input, Loaded, Schema extends TSchema>(
  form: SectionForm<Clients, Input, Loaded, Schema>,
): (clients: Clients, input: Input) => Promise<Static<Schema>> {
  return async (clients, input) => form.shape(await form.load(clients, input), input);
}
