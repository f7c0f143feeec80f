export { compileContract } from "../contracts/contract.ts";
export { API_KEY, runGateway } from "./gateway-under-test.ts";
export { AUDIENCE, ISSUER, TestIssuer } from "./issuer.ts";
export { SAMPLE_CONTRACT } from "./sample-contract.ts";
