import type { ContractOperation } from "./operation-of.ts";

/**
 * A client with a method for every operation of a contract that a BFF can call, named by its `operationId`:
 * `inventory.getItem({ path: { itemId } })`. What is generated from the contract gives the types.
 *
 * Left out are operations with another method than GET and POST, without a JSON answer, with a body that is not JSON, or with a
 * required header.
 */
export type ContractClient<Contract, Calls, Answers> = {
  readonly [
    Name in keyof Answers & keyof Calls & keyof Contract as IsCallable<
      Contract[Name],
      Calls[Name]
    > extends true
      ? Name
      : never
  ]: (...input: Arguments<InputOf<Contract[Name], Calls[Name]>>) => Promise<Answers[Name]>;
};

/** Nothing that is required, and no names: part of an intersection. */
type None = object;

type IsCallable<Operation, Call> = Operation extends { readonly method: ContractOperation["method"] }
  ? [RequiredHeaders<Call>, NeedsOtherBody<Call>] extends [never, false]
    ? true
    : false
  : false;

type RequiredHeaders<Call> = Call extends { readonly parameters: { readonly header: infer Headers } }
  ? Exclude<RequiredKeys<Headers>, IdempotencyKey>
  : never;

type IdempotencyKey = "Idempotency-Key" | "idempotency-key";

type RequiredKeys<Value> = {
  [Key in keyof Value]-?: None extends Pick<Value, Key> ? never : Key;
}[keyof Value];

type NeedsOtherBody<Call> = Call extends { readonly requestBody: { readonly content: infer Content } }
  ? Content extends { readonly "application/json": unknown }
    ? false
    : true
  : false;

/** One argument, where the operation takes anything; it may be left out where nothing in it is required. */
type Arguments<Input> = [keyof Input] extends [never]
  ? []
  : None extends Input
    ? [input?: Input]
    : [input: Input];

type InputOf<Operation, Call> = PathOf<Call> & QueryOf<Call> & BodyOf<Operation, Call> & KeyOf<Call>;

type PathOf<Call> = Call extends { readonly parameters: { readonly path: infer Path } }
  ? { readonly path: Path }
  : None;

type QueryOf<Call> = Call extends { readonly parameters: { readonly query: infer Query } }
  ? { readonly query: Sendable<Query> }
  : Call extends { readonly parameters: { readonly query?: infer Query } }
    ? { readonly query?: Sendable<NonNullable<Query>> | undefined }
    : None;

type Scalar = string | number | boolean;

/** What has a place in a query: values, and lists of them. */
type Sendable<Query> = {
  readonly [
    Name in keyof Query as NonNullable<Query[Name]> extends Scalar | readonly Scalar[] ? Name : never
  ]: Query[Name];
};

type BodyOf<Operation, Call> = Operation extends { readonly method: "POST" }
  ? Call extends { readonly requestBody: { readonly content: { readonly "application/json": infer Body } } }
    ? { readonly body: Body }
    : Call extends {
          readonly requestBody?: { readonly content: { readonly "application/json": infer Body } };
        }
      ? { readonly body?: Body }
      : None
  : None;

/** The upstream client sends again what has a key, so one that takes a key is never sent without. */
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
