export { contractDocs } from "./contract-docs.ts";
