import { defineBff, screens } from "@triptych/bff";
import { wantsDocumentOrder } from "./document-order.ts";
import { PAGES } from "./pages.ts";
import { cancelOrder } from "./screens/cancel-order.ts";
import { UPSTREAMS } from "./upstreams.ts";
import { EVERY_ANSWER, problemPage } from "./views/site.ts";

/** The backend of the web client: what differs from every other BFF. */
export const bff = defineBff({
  name: "web-bff",
  prefix: "/web",
  port: 8101,
  upstreams: UPSTREAMS,
  answers: screens({
    title: "Web BFF",
    // Web clients send no version: a page that was open during a release reads today's answers.
    versions: { newest: "1.0.0" },
    examples: new URL("../contracts/examples.json", import.meta.url),
    screens: PAGES,
    commands: [cancelOrder],
    inDocumentOrder: wantsDocumentOrder,
    readerLocale: async ({ users }) => (await users.me()).locale,
  }),
  headers: EVERY_ANSWER,
  problemPage,
});
