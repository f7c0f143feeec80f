export { isAppVersion, parseVersion } from "./definition/app-version.ts";
export type { AppVersion } from "./definition/app-version.ts";
export { datedChanges } from "./definition/dated-changes.ts";
export type { AnyDownload, Download, DownloadInput } from "./definition/download.ts";
export type { PageContext, PageView, Places, SectionProblem, Viewer } from "./definition/page-view.ts";
export { defineScreens, withPage } from "./definition/screen.ts";
export type {
  AnyCommand,
  AnyScreen,
  Budget,
  Command,
  CommandInput,
  DataOf,
  Screen,
  ScreenAnswer,
  ScreenSet,
  SectionData,
} from "./definition/screen.ts";
export { Degraded } from "./definition/degraded.ts";
export type { Reason } from "./definition/degraded.ts";
export type { Device, ScreenCaller, ScreenInput, TryLoad } from "./definition/section.ts";
export { beginRequest } from "./http/begin-request.ts";
export type { FormTokens } from "./http/begin-request.ts";
export { JSON_TYPES } from "./http/command-request.ts";
export { holdsInexactNumber } from "./http/inexact-number.ts";
export type { DirectScreen } from "./http/direct.ts";
export { admitsVisitors } from "./run/prepare.ts";
export { mountScreens } from "./http/mount.ts";
export type { MountedScreens } from "./http/mount.ts";
export {
  errorOf,
  isOurBug,
  problemOf,
  reasonOf,
  reasonOfKind,
  ScreenProblem,
  SectionBrokenError,
  SectionTimeoutError,
} from "./run/failure.ts";
export type { ScreenReport, SectionFailure } from "./run/run-screen.ts";
