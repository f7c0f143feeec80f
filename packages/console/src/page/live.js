import { useEffect, useState } from "./preact.js";

/** As many as the console keeps. */
const MOST = 1_000;
const MOST_STRAYS = 3;

/** The last requests, newest first, and what else the console tells as it happens. */
export function useLive() {
  const [requests, setRequests] = useState([]);
  const [connected, setConnected] = useState(false);
  const [strays, setStrays] = useState([]);
  const [typeErrors, setTypeErrors] = useState([]);
  useEffect(() => {
    const merge = (more) =>
      setRequests((known) => {
        const byKey = new Map([...known, ...more].map((request) => [request.key, request]));
        return [...byKey.values()].toSorted((a, b) => (a.at < b.at ? 1 : -1)).slice(0, MOST);
      });
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

/** JSON from an address, fetched again when `key` changes. */
export function useJson(url, key = "") {
  const [value, setValue] = useState(undefined);
  useEffect(() => {
    let wanted = true;
    void fetch(url)
      .then((answer) => (answer.ok ? answer.json() : undefined))
      .then((json) => wanted && setValue(json));
    return () => void (wanted = false);
  }, [url, key]);
  return value;
}
