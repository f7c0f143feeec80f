/** The libraries, modules and words that the rules are about. */
const list = (text: string): string[] => text.trim().split(/\s+/);

/**
 * What a BFF may use of others' packages. The platform reviews a new one once, here: a library that
 * decides who may call, or that calls out by itself, has no place in a BFF.
 */
export const BFF_PACKAGES = {
  every: list("express typebox preact preact-* htm graphql graphql-scalars dataloader"),
  "partner-bff": list("@apollo/server @as-integrations/express5"),
};

/** What a BFF may use of Node: nothing that reaches a network, a program or another process. */
export const BFF_BUILTINS = list(`
  node:crypto node:fs/promises node:path node:url node:util node:v8 node:stream node:stream/* node:buffer
  node:timers/promises node:process node:events node:async_hooks node:perf_hooks
`);

/**
 * Checking who calls, by its form and not by its words: roles and permissions may be a business's
 * own.
 */
export const POLICY_ACTS = /^(?:reads (?:(?:proxy-)?authorization|cookie|x-api-key)|answers 429)$/;

/** Names of functions that check or make credentials, and of headers that announce limits. */
export const POLICY_WORDS =
  /^(?:create(?:Hmac|Verify)|timingSafeEqual|subtle|jwt(?:Verify|Decrypt)|decodeJwt|create(?:Txn)?Minter|createTxnVerifier|(?:x-)?ratelimit-.*)$/i;

/** Ways to the network that need no import, and to modules that are not imported by name. */
export const NETWORK_GLOBALS =
  /^(?:fetch|WebSocket|EventSource|XMLHttpRequest|getBuiltinModule|createRequire|eval|Function)$/;

/** The same, and the objects that lead to all of them: a screen needs only what it imports. */
export const ANY_GLOBAL = new RegExp(`${NETWORK_GLOBALS.source}|^(?:globalThis|global|process|require)$`);

/** Modules that reach the network, a service's database, or another program that could. */
export const NETWORK_MODULES = list(`
  undici axios got ky node-fetch superagent ws needle phin ofetch wretch socket.io* @grpc/* pg
  mysql* mongo* redis ioredis @redis/* kafkajs amqplib mqtt nats node:sqlite node:child_process
  node:cluster node:inspector node:vm node:worker_threads node:https node:http2 node:net node:tls
  node:dgram node:dns node:dns/promises
`);

/** Libraries that give an answer its shape. */
export const SHAPING_LIBRARIES = list(`
  @apollo/* graphql graphql-* dataloader preact preact-* react react-* vue htm ejs handlebars eta
  liquidjs mustache nunjucks pug jmespath
`);

/** The gateway's ways out: to the services, and to the identity provider. */
export const CALLS_OUT = [
  "packages/gateway/src/forward/{health-checks,instances,lookup,send-request}.ts",
  "packages/gateway/src/login/{identity-provider,key-set}.ts",
  // It hands both their connections.
  "packages/gateway/src/start.ts",
  "packages/gateway/src/redis.ts",
  // An index.ts speaks for its package.json too, which depends on undici.
  "packages/gateway/src/index.ts",
];

/** What of the gateway sends requests to services. */
export const SENDERS = ["packages/gateway/src/forward/forward.ts", "packages/gateway/src/shadow/shadow.ts"];
