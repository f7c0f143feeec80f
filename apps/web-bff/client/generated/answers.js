// Generated; to regenerate: npm run contracts -w @triptych/web-bff

/**
 * The answer, if it is one of the BFF's: JSON (or what else was asked for), or a problem (RFC
 * 9457). In the place of any other, such as a proxy's HTML or an empty 503: a problem of the type
 * about:blank. What is neither an error nor the JSON that was asked for becomes a 502.
 */
export async function expectedAnswer(response, wantsJson = true) {
  const mediaType = (response.headers.get("Content-Type") ?? "").split(";")[0].trim().toLowerCase();
  const isJson = mediaType === "application/json" || (mediaType.startsWith("application/") && mediaType.endsWith("+json"));
  if (response.ok) {
    const isEmpty = response.headers.get("Content-Length") === "0";
    if (!wantsJson) return response;
    // A copy is read first: a body that was cut, or is no JSON, is no answer either.
    if (isJson && !isEmpty && (await jsonOf(response.clone())) !== undefined) return response;
  } else if (isJson && isProblem(await jsonOf(response.clone()))) {
    return response;
  }
  // The body that came is not needed.
  await response.body?.cancel().catch(() => undefined);
  // A redirect that was not followed, or a 304, is no answer either.
  const status = response.status >= 400 ? response.status : 502;
  const problem = {
    type: "about:blank",
    title: (status === response.status && response.statusText) || `HTTP ${response.status}`,
    status,
    detail: `Expected JSON, got ${response.status} ${mediaType || "without a media type"}`,
    instance: response.headers.get("X-Request-Id") ?? "",
  };
  const headers = new Headers(response.headers);
  headers.set("Content-Type", "application/problem+json");
  for (const name of ["Content-Length", "Content-Encoding"]) headers.delete(name);
  return new Response(JSON.stringify(problem), { status, headers });
}

/** The value of a JSON answer; undefined where it has none, or was cut. */
function jsonOf(response) {
  return response.json().catch(() => undefined);
}

function isProblem(value) {
  return typeof value?.type === "string" && typeof value.title === "string" && typeof value.status === "number";
}

/** Middleware of openapi-fetch. */
export const expectedAnswers = {
  onResponse: ({ response, options }) => expectedAnswer(response, options.parseAs === "json"),
};
