/**
 * A client with a method for every operation of a contract that a BFF can call, named by its
 * `operationId`: `inventory.getItem({ path: { itemId } })`. What is generated from the contract
 * gives the types; the operations that it leaves out say why (`leftOut`).
 */
export type ContractClient<Contract, Calls, Answers> = {
  readonly [Name in keyof Answers & keyof Calls & keyof Contract]: (
    ...input: Arguments<InputOf<Contract[Name], Calls[Name]>>
  ) => Promise<Answers[Name]>;
};

/** Nothing that is required, and no names: part of an intersection. */
type None = object;

type IdempotencyKey = "Idempotency-Key" | "idempotency-key";

/**
 * One argument, where the operation takes anything; it may be left out where nothing in it is
 * required.
 */
type Arguments<Input> = [keyof Input] extends [never]
  ? []
  : None extends Input
    ? [input?: Input]
    : [input: Input];

type InputOf<Operation, Call> = PathOf<Call> &
  QueryOf<Call, UnsendableOf<Operation>> &
  BodyOf<Operation, Call> &
  KeyOf<Call>;

type PathOf<Call> = Call extends { readonly parameters: { readonly path: infer Path } }
  ? { readonly path: Path }
  : None;

type QueryOf<Call, Unsendable> = Call extends { readonly parameters: { readonly query: infer Query } }
  ? { readonly query: Sendable<Query, Unsendable> }
  : Call extends { readonly parameters: { readonly query?: infer Query } }
    ? { readonly query?: Sendable<NonNullable<Query>, Unsendable> | undefined }
    : None;

type UnsendableOf<Operation> = Operation extends { readonly unsendable: readonly (infer Name)[] }
  ? Name
  : never;

type Scalar = string | number | boolean;

/** What has a place in a query: values, and lists of them. */
type Sendable<Query, Unsendable> = {
  readonly [Name in keyof Query as Name extends Unsendable ? never : Name]: unknown extends Query[Name]
    ? Scalar | readonly Scalar[]
    : Query[Name];
};

type BodyOf<Operation, Call> = Operation extends { readonly bodyType: infer Type extends string }
  ? Call extends { readonly requestBody: { readonly content: infer Content } }
    ? { readonly body: Content[Type & keyof Content] }
    : Call extends { readonly requestBody?: { readonly content: infer Content } }
      ? { readonly body?: Content[Type & keyof Content] }
      : None
  : None;

/**
 * The upstream client sends again what has a key, so one that takes a key is never sent without.
 */
type KeyOf<Call> = Call extends { readonly parameters: { readonly header?: infer Headers } }
  ? HasKey<NonNullable<Headers>> extends true
    ? { readonly idempotencyKey: string }
    : None
  : None;

type HasKey<Headers> = [Headers] extends [never]
  ? false
  : [keyof Headers & IdempotencyKey] extends [never]
    ? false
    : true;
