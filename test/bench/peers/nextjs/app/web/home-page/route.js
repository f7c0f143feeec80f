import { webHomePage } from "../../../../../pages/web-home-page.ts";
import { answer } from "../../answer.js";

export function GET(request) {
  return answer(request, webHomePage);
}
