import { ProblemError } from "@triptych/service-kit";
import type { Request } from "express";

/** What this endpoint answers in; the first where the client does not care (GraphQL over HTTP, section 4.1). */
const MEDIA_TYPES = ["application/json", "application/graphql-response+json"] as const;
export type MediaType = (typeof MEDIA_TYPES)[number];

/** The media type of the answer. @throws ProblemError `not-acceptable` where the client accepts neither */
export function mediaTypeOf(req: Request): MediaType {
  const accepted = req.accepts([...MEDIA_TYPES]);
  const mediaType = MEDIA_TYPES.find((candidate) => candidate === accepted);
  if (mediaType !== undefined) return mediaType;
  throw new ProblemError({
    code: "not-acceptable",
    detail: `This address answers ${MEDIA_TYPES.join(" and ")}`,
  });
}
