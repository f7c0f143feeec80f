import { createApp } from "@triptych/bff";
import { appUnderTest } from "@triptych/domain-clients/testing";
import { readSettings } from "@triptych/service-kit";
import { bff } from "../app.ts";

/** This BFF in front of stub services: `startApp` for one test, `openApp` for several. */
export const { openApp, startApp } = appUnderTest(bff.name, (env, tools) =>
  createApp(bff, readSettings(env, bff.settings), tools),
);
