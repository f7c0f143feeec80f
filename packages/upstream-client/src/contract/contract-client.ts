import type { BinaryAnswer } from "../dialect/binary-answer.ts";
import type { Upload } from "../dialect/multipart.ts";
import type { CallInput } from "../operation.ts";

/**
 * A client with a method for every operation of a contract that can be called. The method has the
 * name of the `operationId`: `inventory.getItem({ path: { itemId } })`. The type parameters are
 * generated from the contract. Operations that cannot be called say why in `leftOut`.
 */
export type ContractClient<Contract, Calls, Answers> = {
  readonly [Name in keyof Answers & keyof Calls & keyof Contract]: (
    ...input: Arguments<InputOf<Contract[Name], Calls[Name]>>
  ) => Promise<AnswerOf<Contract[Name], Answers[Name]>>;
};

/** An answer that is no JSON streams. */
type AnswerOf<Operation, Answer> = Operation extends { readonly answerTypes: readonly string[] }
  ? BinaryAnswer
  : Answer;

/** No members: the empty part of an intersection. */
type None = object;

type IdempotencyKey = "Idempotency-Key" | "idempotency-key";

/**
 * No argument if the operation takes no input; else one, which is optional if nothing in it is
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
  HeadersOf<Operation, Call> &
  KeyOf<Call> &
  Pick<CallInput, "answerHeaders">;

type HeadersOf<Operation, Call> = Operation extends { readonly headers: readonly (infer Name)[] }
  ? Call extends { readonly parameters: { readonly header?: infer Headers } }
    ? OptionalIfEmpty<Pick<NonNullable<Headers>, Name & keyof NonNullable<Headers>>>
    : None
  : None;

type OptionalIfEmpty<Headers> = None extends Headers
  ? { readonly headers?: Headers }
  : { readonly headers: Headers };

type PathOf<Call> = Call extends { readonly parameters: { readonly path: infer Path } }
  ? { readonly path: Path }
  : None;

type QueryOf<Call, Unsendable> = Call extends { readonly parameters: { readonly query: infer Query } }
  ? { readonly query: Sendable<Query, Unsendable> }
  : Call extends { readonly parameters: { readonly query?: infer Query } }
    ? // Where no query is declared, it is inferred as unknown.
      unknown extends Query
      ? None
      : { readonly query?: Sendable<NonNullable<Query>, Unsendable> | undefined }
    : None;

type UnsendableOf<Operation> = Operation extends { readonly unsendable: readonly (infer Name)[] }
  ? Name
  : never;

type Scalar = string | number | boolean;

/** What a query can carry: values, and lists of them. */
type Sendable<Query, Unsendable> = {
  readonly [Name in keyof Query as Name extends Unsendable ? never : Name]: unknown extends Query[Name]
    ? Scalar | readonly Scalar[]
    : Query[Name];
};

type BodyOf<Operation, Call> = Operation extends { readonly bodyType: infer Type extends string }
  ? Call extends { readonly requestBody: { readonly content: infer Content } }
    ? { readonly body: WithFiles<Type, Content[Type & keyof Content]> }
    : Call extends { readonly requestBody?: { readonly content: infer Content } }
      ? { readonly body?: WithFiles<Type, Content[Type & keyof Content]> }
      : None
  : None;

/** In a multipart form, whatever may be any text may be a file. */
type WithFiles<Type extends string, Body> = Type extends `multipart/form-data${string}`
  ? { readonly [Name in keyof Body]: OrFile<Body[Name]> }
  : Body;

type OrFile<Value> = string extends Value
  ? Value | Upload
  : Exclude<Value, undefined> extends readonly (infer Item)[]
    ? string extends Item
      ? Value | readonly (Item | Upload)[]
      : Value
    : Value;

/** An operation that takes a key requires one, because the upstream client may send it again. */
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
