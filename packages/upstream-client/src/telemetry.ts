import { channel } from "node:diagnostics_channel";
import type { Channel } from "node:diagnostics_channel";
import type { UpstreamEventMap, UpstreamEvents } from "./events.ts";

type EventName = keyof UpstreamEventMap;

/** The prefix of the channels' names: `triptych.upstream.attempt`, `triptych.upstream.retry`, … */
const CHANNEL_PREFIX = "triptych.upstream.";

/** Tells the upstream's own listener and, through `node:diagnostics_channel`, whoever else subscribed in this process. */
export class Telemetry {
  readonly #listener: UpstreamEvents;
  readonly #channels: Readonly<Record<EventName, Channel>>;

  constructor(listener: UpstreamEvents = {}) {
    this.#listener = listener;
    this.#channels = {
      attempt: channelOf("attempt"),
      retry: channelOf("retry"),
      hedge: channelOf("hedge"),
      breakerChange: channelOf("breakerChange"),
      cacheVerdict: channelOf("cacheVerdict"),
      queueWait: channelOf("queueWait"),
      ejection: channelOf("ejection"),
      unknownValue: channelOf("unknownValue"),
    };
  }

  emit<Name extends EventName>(name: Name, event: UpstreamEventMap[Name]): void {
    try {
      this.#listener[name]?.(event);
    } catch (error) {
      // As with a channel's subscriber: its bug is the process's to report, and must not leave a call without an outcome.
      queueMicrotask(() => {
        throw error;
      });
    }
    const subscribers = this.#channels[name];
    if (subscribers.hasSubscribers) subscribers.publish(event);
  }
}

function channelOf(name: EventName): Channel {
  return channel(`${CHANNEL_PREFIX}${name}`);
}
