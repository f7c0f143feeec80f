import { serviceOrigins } from "../../../contenders/begin.ts";
import { sourcesOf } from "../../../pages/sources.ts";

/** A route handler that fetches as Next.js's documentation has it: its own `fetch`, which caches nothing where nobody asks. */
export async function answer(request, page) {
  const origins = serviceOrigins(process.env);
  const headers = { accept: "application/json", "x-user-id": request.headers.get("x-user-id") ?? "" };
  const sources = sourcesOf(async (service, target) => {
    const response = await fetch(`${origins[service]}${target}`, { headers });
    return response.json();
  });
  return Response.json(await page.load(sources));
}
