import { defineScreens } from "@triptych/screen";
import type { Clients } from "../upstreams.ts";

/** What this BFF's screens are written with: sections may call the services in `upstreams.ts`. */
export const { screen, command, required, optional } = defineScreens<Clients>();
