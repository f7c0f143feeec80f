export { FrontEndProject } from "./front-end-project.ts";
