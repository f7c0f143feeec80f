import { Type } from "typebox";
import { defineScreens } from "../definition/screen.ts";
import type { FakeClients } from "./fake-upstreams.ts";
import { profileScreen } from "./profile-screen.ts";

const { command } = defineScreens<FakeClients>();

/** A command of the profile screen. Its section answers what `rename` returns. */
export const renameCommand = command({
  name: "rename",
  path: "/profile/:userId/rename",
  summary: "For tests",
  deadlineMs: 800,
  body: Type.Object(
    {
      name: Type.String({ minLength: 1 }),
      because: Type.Optional(Type.Union([Type.Literal("married"), Type.Literal("tired")])),
    },
    { additionalProperties: false },
  ),
  run: ({ rename }, { params, body, idempotencyKey }) => rename(params.userId, body.name, idempotencyKey),
  answer: { screen: profileScreen, section: "profile" },
  redirectTo: () => "/profile",
});
