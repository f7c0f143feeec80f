// Generated from the contract; to regenerate: npm run contracts -w @triptych/mobile-bff

/** The version of the contract that this package's types describe: the newest. */
export declare const CONTRACT_VERSION: "3.0.0";
