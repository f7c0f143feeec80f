// Generated from the contract; to regenerate: npm run contracts -w @triptych/web-bff

/** The version of the contract that this package's types describe: the newest. */
export const CONTRACT_VERSION = "1.0.0";
