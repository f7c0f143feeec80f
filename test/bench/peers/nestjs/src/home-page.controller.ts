import { Controller, Get, Headers } from "@nestjs/common";
import { HomePageService } from "./home-page.service.js";

@Controller()
export class HomePageController {
  constructor(private readonly homePage: HomePageService) {}

  @Get(["web/home-page", "mobile/home"])
  answer(@Headers("x-user-id") userId: string): Promise<unknown> {
    return this.homePage.load(userId);
  }
}
