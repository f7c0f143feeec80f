/**
 * The options of commands whose code is in a file of its own: both import them from here, so that
 * the table of commands does not load that code.
 */

/** The options of `triptych contracts`. */
export const CONTRACTS_OPTIONS = {
  write: { type: "boolean", about: "writes the contracts from the screens" },
  release: { type: "boolean", about: "keeps the contract of now as that release's" },
} as const;

/** The options of `triptych report`. */
export const REPORT_OPTIONS = {
  base: { type: "string", value: "<git ref>", about: "what to compare with (default main)" },
  json: { type: "boolean", about: "JSON in place of Markdown" },
} as const;

/** The options of `triptych check-gateway`. */
export const CHECK_GATEWAY_OPTIONS = {
  path: { type: "string", value: "<path>", about: "what to GET through the gateway, such as /web/home-page" },
  header: {
    type: "string",
    multiple: true,
    value: "<header>",
    about: "what a client shows, such as 'Authorization: Bearer …'; may come several times",
  },
  user: { type: "string", value: "<id>", about: "whose credentials they are (default: not compared)" },
  bff: { type: "string", value: "<BFF>", about: "whose place is taken (default web-bff)" },
  listen: { type: "string", value: "<host:port>", about: "the BFF's place (default 127.0.0.1:8199)" },
  post: { type: "string", value: "<path>", about: "what to POST to (default: no POST is tried)" },
  visitors: {
    type: "string",
    value: "<path>",
    about: "what to GET without a login (default: no path is open to visitors)",
  },
  body: { type: "string", value: "<json>", about: "the POST's body (default {})" },
  wait: { type: "string", value: "<seconds>", about: "for the first request to come through (default 60)" },
} as const;

/** The options of `triptych create`. */
export const CREATE_OPTIONS = {
  client: {
    type: "string",
    multiple: true,
    value: "<name>",
    about: "a client that gets a BFF; several times",
  },
  upstream: {
    type: "string",
    multiple: true,
    value: "<name>=<file or URL>",
    about: "a domain service, by its OpenAPI document; several times",
  },
  gateway: { type: "string", value: "none", about: "none: you keep the gateway that you have" },
  from: {
    type: "string",
    value: "<folder>",
    about: "packages as tarballs of npm run pack, copied into vendor/",
  },
  registry: { type: "string", value: "<URL>", about: "the registry that has the packages (default: npm's)" },
} as const;

/** The options of `triptych trace`. */
export const TRACE_OPTIONS = {
  keys: { type: "string", value: "<file>", about: "the gateway's KEYS_FILE (default: that of npm start)" },
  seconds: { type: "string", value: "<seconds>", about: "1 to 3600 (default 300)" },
} as const;

/** The options of `triptych identity`. */
export const IDENTITY_OPTIONS = {
  user: { type: "string", value: "<id>", about: "whose identity, such as 42" },
  visitor: { type: "boolean", about: "that of a visitor without a login, in place of a user's" },
  aud: { type: "string", value: "<BFF>", about: "for which BFF, such as web-bff" },
  lifetime: { type: "string", value: "<seconds>", about: "1 to 60 (default 60)" },
  scope: { type: "string", value: "<scopes>", about: "what the caller may do (default: all)" },
  cid: { type: "string", value: "<id>", about: "the API key's id, for a partner" },
} as const;

/** The options of `triptych size`. */
export const SIZE_OPTIONS = {
  json: { type: "boolean", about: "as JSON" },
  list: {
    type: "boolean",
    about: "names what it counts: small files, missing docstrings, long comment lines",
  },
} as const;
