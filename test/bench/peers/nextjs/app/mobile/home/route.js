import { mobileHome } from "../../../../../pages/mobile-home.ts";
import { answer } from "../../answer.js";

export function GET(request) {
  return answer(request, mobileHome);
}
