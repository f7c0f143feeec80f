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
