import type { ContractClient } from "../contract/contract-client.ts";

/**
 * The contract of a lending library, in the form that `@triptych/contract-codegen` generates. It
 * has one of each: formats, ranges, patterns, maps, lists, null, an enum, a reference and a key.
 */
const schemas = {
  Money: {
    type: "object",
    required: ["amount", "currency"],
    properties: { amount: { type: "integer" }, currency: { type: "string", minLength: 3, maxLength: 3 } },
  },
  Loan: {
    type: "object",
    required: ["id", "number", "status", "startedAt", "books", "fee", "member", "reminder"],
    properties: {
      id: { type: "string", pattern: "^[A-Za-z0-9_-]{1,64}$" },
      number: { type: "string" },
      status: { type: "string" },
      startedAt: { type: "string", format: "date-time" },
      books: {
        type: "array",
        minItems: 1,
        items: {
          type: "object",
          required: ["bookId", "title"],
          properties: { bookId: { type: "string" }, title: { type: "string" } },
        },
      },
      fee: { $ref: "#/$defs/Money" },
      member: {
        type: "object",
        required: ["name", "email"],
        properties: {
          name: {
            type: "object",
            required: ["given", "display"],
            properties: { given: { type: "string" }, display: { type: "string" } },
          },
          email: { type: "string", format: "email" },
          phone: { type: ["string", "null"] },
          photo: { type: "string", format: "uri" },
          points: { type: "integer", minimum: 0 },
          rating: { type: "number", minimum: 0, maximum: 5 },
        },
      },
      reminder: {
        type: ["object", "null"],
        required: ["channel", "dueOn"],
        properties: { channel: { type: "string" }, dueOn: { type: "string", format: "date" } },
      },
      returnedAt: { type: ["string", "null"], format: "date-time" },
      notes: { type: "object", additionalProperties: { type: "string" } },
    },
  },
};

const LOAN = {
  schema: { $ref: "#/$defs/Loan", $defs: schemas },
  enums: {
    root: { refs: ["Loan"] },
    named: { Loan: { properties: { status: { known: ["open", "returned", "lost"] } } } },
  },
};

export const contract = {
  listLoans: {
    name: "listLoans",
    method: "GET" as const,
    path: "/loans",
    idempotent: false,
    answer: {
      schema: {
        type: "object",
        required: ["loans", "nextCursor"],
        properties: {
          loans: { type: "array", items: { $ref: "#/$defs/Loan" } },
          nextCursor: { type: ["string", "null"] },
        },
        $defs: schemas,
      },
      enums: { root: { properties: { loans: { items: { refs: ["Loan"] } } } }, named: LOAN.enums.named },
    },
  },
  getLoan: {
    name: "getLoan",
    method: "GET" as const,
    path: "/loans/{loanId}",
    idempotent: false,
    answer: LOAN,
  },
  returnLoan: {
    name: "returnLoan",
    method: "POST" as const,
    path: "/loans/{loanId}/return",
    idempotent: true,
    bodyType: "application/json" as const,
    answer: LOAN,
  },
};

/** The types that would be generated, as far as tests use them. */
type Loan = { readonly id: string; readonly status: "open" | "returned" | "lost" | "unknown" };
type LoanId = { readonly path: { readonly loanId: string } };
type Calls = {
  readonly listLoans: { readonly parameters: { readonly query?: { readonly limit?: number } } };
  readonly getLoan: { readonly parameters: LoanId };
  readonly returnLoan: {
    readonly parameters: LoanId & { readonly header: { readonly "Idempotency-Key": string } };
    readonly requestBody: {
      readonly content: { readonly "application/json": { readonly condition: "good" | "damaged" } };
    };
  };
};
type Answers = {
  readonly listLoans: { readonly loans: readonly Loan[]; readonly nextCursor: string | null };
  readonly getLoan: Loan;
  readonly returnLoan: Loan;
};

/** A client of the library. */
export type Library = ContractClient<typeof contract, Calls, Answers>;

/** A body, or a part of one. */
export type Body = Record<string, unknown>;

/** A loan that keeps to the contract, made for each call: readers change bodies in place. */
export function loanBody(changes: Body = {}): Body {
  return {
    id: "loan-1",
    number: "L-2026-0471",
    status: "open",
    startedAt: "2026-11-20T10:15:00Z",
    books: [{ bookId: "b-1", title: "Walden" }],
    fee: { amount: 250, currency: "EUR" },
    member: memberBody(),
    reminder: { channel: "post", dueOn: "2026-12-18" },
    returnedAt: null,
    notes: { shelf: "A3" },
    ...changes,
  };
}

/** The member in a loan. */
export function memberBody(changes: Body = {}): Body {
  return {
    name: { given: "Ada", display: "Ada L." },
    email: "ada@example.org",
    phone: null,
    photo: "https://img/ada",
    points: 12,
    rating: 4.5,
    ...changes,
  };
}
