/** NestJS on Express with @nestjs/axios, built by swc: Node runs no decorators. */
import "reflect-metadata";
import { HttpModule } from "@nestjs/axios";
import { Module } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import { announce, begin } from "../../../contenders/begin.ts";
import { HomePageController } from "./home-page.controller.js";
import { HomePageService, ORIGINS, PAGE } from "./home-page.service.js";

const { page, origins } = begin(process.argv.slice(2), process.env);

@Module({
  imports: [HttpModule],
  controllers: [HomePageController],
  providers: [HomePageService, { provide: PAGE, useValue: page }, { provide: ORIGINS, useValue: origins }],
})
class AppModule {}

const app = await NestFactory.create(AppModule, { logger: false });
await app.listen(0, "127.0.0.1");
announce(app.getHttpServer().address());
