import { contractDocs } from "@triptych/screen/docs";
import type { Router } from "express";
import { contractDocument } from "./contract-text.ts";

/** The contract as a page, at `/mobile/docs`, and as it is, at `/mobile/openapi.json`: for development alone. */
export function docs(): Router {
  return contractDocs(contractDocument(), "/mobile");
}
