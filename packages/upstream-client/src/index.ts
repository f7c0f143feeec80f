export type { CacheOptions } from "./cache/store.ts";
export { systemClock } from "./clock.ts";
export type { CancelTimer, Clock, Random } from "./clock.ts";
export { CallScope, RequestContext } from "./context.ts";
export type { Caller, StaleUse } from "./context.ts";
export { TimedDeadline } from "./deadline.ts";
export type { Deadline, EndCause, EndListener } from "./deadline.ts";
export { BinaryAnswer, isListed } from "./dialect/binary-answer.ts";
export { CredentialsError } from "./dialect/authentication.ts";
export type {
  Authenticate,
  AuthenticatedCall,
  Authentication,
  AuthenticationTools,
  CredentialHeaders,
  Credentials,
  MadeCredentials,
  MakeCredentials,
  TokenRequest,
} from "./dialect/authentication.ts";
export type { Dialect } from "./dialect/dialect.ts";
export type { Strictness } from "./dialect/strictness.ts";
export { clientCredentials, tokenExchange } from "./dialect/oauth.ts";
export type { OAuthClient } from "./dialect/oauth.ts";
export type { FormStyles } from "./dialect/form.ts";
export type { FileStream, Upload } from "./dialect/multipart.ts";
export { apiKey, basic, bearer } from "./dialect/ready-made.ts";
export { SecretSetting, secretFile, setting } from "./dialect/secret.ts";
export type { ReadSecret, Secret, Secrets } from "./dialect/secret.ts";
export { PATH_PARAMETER, pathSegment } from "./dialect/ids.ts";
export type { HeaderParameters } from "./dialect/headers.ts";
export type { Ids } from "./dialect/ids.ts";
export type { StatusOutcome, StatusOutcomes } from "./dialect/statuses.ts";
export { InvalidCallError, UpstreamError, isUpstreamError } from "./errors.ts";
export type { FailureKind, Phase, Rejection } from "./errors.ts";
export type {
  AttemptEvent,
  AttemptKind,
  BreakerChangeEvent,
  BreakerStateName,
  CacheVerdictEvent,
  ContractViolationEvent,
  EjectionEvent,
  HedgeEvent,
  QueueWaitEvent,
  RetryEvent,
  UnknownValueEvent,
  UpstreamEventMap,
  UpstreamEvents,
} from "./events.ts";
export { IDEMPOTENCY_KEY } from "./operation.ts";
export type { CallInput, Operation, Query, Reading, Violation } from "./operation.ts";
export type { AttemptTiming, CacheUse, CacheVerdict, CallTrace } from "./trace.ts";
export type { UpstreamOptions } from "./options.ts";
export { Upstream } from "./upstream.ts";
export type { BreakerOptions } from "./rules/breaker.ts";
export type { BulkheadOptions } from "./rules/bulkhead.ts";
export type { HedgeOptions } from "./rules/hedge.ts";
export type { RetryBudgetOptions } from "./rules/retry-budget.ts";
export type { RetryOptions } from "./rules/retry.ts";
