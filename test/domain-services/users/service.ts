import { notFound } from "../http/problem.ts";
import { conditionalJson } from "../http/reply.ts";
import type { ServiceDefinition } from "../process/service.ts";
import { usersSeed } from "./database.ts";
import { userReader } from "./user-reader.ts";

/** Who a user is. */
export const usersService: ServiceDefinition = {
  name: "users",
  seed: usersSeed,
  open(database) {
    const read = userReader(database);
    return {
      routes: [
        {
          method: "GET",
          path: "/users/me",
          breakable: { required: "name", typed: "loyalty.points", enumerated: "loyalty.tier" },
          answer(request) {
            const user = read(request.userId());
            if (user === undefined) throw notFound("The request's identity names no user of this service.");
            return conditionalJson(user, { "cache-control": "private, max-age=30", vary: "X-User-Id" });
          },
        },
      ],
    };
  },
};
