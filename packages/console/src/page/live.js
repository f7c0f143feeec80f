import { useEffect, useRef, useState } from "./preact.js";
import { newest, replaced } from "./list.js";

const MOST_STRAYS = 3;

/** The last requests, newest first, and what else the console tells as it happens. */
export function useLive() {
  const [requests, setRequests] = useState([]);
  const [connected, setConnected] = useState(false);
  const [strays, setStrays] = useState([]);
  const [typeErrors, setTypeErrors] = useState([]);
  useEffect(() => {
    // One render a frame, and none in a tab that is not shown, however many requests come.
    let waiting = [];
    let frame;
    const show = () => {
      frame = undefined;
      const more = waiting.splice(0);
      setRequests((known) => newest(replaced(known, more)));
    };
    const merge = (more) => {
      waiting = newest(replaced(waiting, more));
      frame ??= requestAnimationFrame(show);
    };
    const source = new EventSource("/events");
    source.addEventListener("open", () => {
      setConnected(true);
      void fetch("/recent.json")
        .then((answer) => answer.json())
        .then(merge);
    });
    source.addEventListener("error", () => setConnected(false));
    source.addEventListener("requests", ({ data }) => merge(JSON.parse(data)));
    source.addEventListener("stray", ({ data }) =>
      setStrays((known) => [JSON.parse(data), ...known].slice(0, MOST_STRAYS)),
    );
    source.addEventListener("types", ({ data }) => setTypeErrors(JSON.parse(data)));
    return () => source.close();
  }, []);
  return { requests, connected, strays, typeErrors };
}

/**
 * JSON from an address, fetched again when `key` changes. One fetch follows the other: changes that
 * come faster than answers neither hide these nor pile up.
 */
export function useJson(url, key = "") {
  const [value, setValue] = useState(undefined);
  const { current: state } = useRef({ wanted: undefined, isBusy: false });
  useEffect(() => {
    state.wanted = url;
    if (!state.isBusy) void fetchAll(state, setValue);
  }, [url, key]);
  return value;
}

async function fetchAll(state, setValue) {
  state.isBusy = true;
  while (state.wanted !== undefined) {
    const url = state.wanted;
    state.wanted = undefined;
    const answer = await fetch(url).catch(() => undefined);
    setValue(answer?.ok ? await answer.json() : undefined);
  }
  state.isBusy = false;
}
