import { HttpService } from "@nestjs/axios";
import { Inject, Injectable } from "@nestjs/common";
import { firstValueFrom } from "rxjs";
import type { Page } from "../../../pages/pages.ts";
import { sourcesOf } from "../../../pages/sources.ts";
import type { ServiceOrigins } from "../../../processes/services.ts";

export const PAGE = "PAGE";
export const ORIGINS = "ORIGINS";

/** HttpService as the documentation has it: its observable's first value. */
@Injectable()
export class HomePageService {
  constructor(
    private readonly http: HttpService,
    @Inject(PAGE) private readonly page: Page,
    @Inject(ORIGINS) private readonly origins: ServiceOrigins,
  ) {}

  async load(userId: string): Promise<unknown> {
    const headers = { accept: "application/json", "x-user-id": userId };
    const sources = sourcesOf(async (service, target) => {
      const { data } = await firstValueFrom(
        this.http.get<unknown>(`${this.origins[service]}${target}`, { headers }),
      );
      return data;
    });
    return this.page.load(sources);
  }
}
