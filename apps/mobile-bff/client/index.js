import createClient, { mergeHeaders } from "openapi-fetch";
import { expectedAnswers } from "./generated/answers.js";
import { CONTRACT_VERSION } from "./generated/version.js";

// Documented in index.d.ts, which is what projects read.
export { CONTRACT_VERSION };

export function createMobileClient(options = {}) {
  const { appVersion = CONTRACT_VERSION, headers, ...others } = options;
  const own = { Accept: "application/json", "X-App-Version": appVersion };
  const client = createClient({ ...others, headers: mergeHeaders(own, headers) });
  client.use(expectedAnswers);
  return client;
}
