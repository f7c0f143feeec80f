/** A section was not ready by its deadline, though no upstream call of it says so: its own code waits for something else. */
export class SectionTimeoutError extends Error {
  override readonly name = "SectionTimeoutError";
  readonly code = "SECTION_TIMEOUT";
}

/** A section's `shape` made something that its own schema does not allow: a bug in the screen. */
export class SectionBrokenError extends Error {
  override readonly name = "SectionBrokenError";
  readonly code = "SECTION_BROKEN";
}
