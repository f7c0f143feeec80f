/**
 * Finds what a validator never looks at. The Kubernetes API server ignores a field that it does not know, and so do
 * schemas made of it: a misspelt `readinesProbe` would be no error and no probe. A validator reads every field that its
 * schema names, and every member of a map, so what it leaves unread is unknown.
 */
export function findUnread(document: unknown, validate: (watched: unknown) => void): string[] {
  const watches: { readonly target: object; readonly path: string; readonly read: Set<string> }[] = [];
  const proxies = new Map<object, object>();

  function watch(value: unknown, path: string): unknown {
    if (typeof value !== "object" || value === null) return value;
    const known = proxies.get(value);
    if (known !== undefined) return known;
    const read = new Set<string>();
    watches.push({ target: value, path, read });
    const proxy = new Proxy(value, {
      get(target, key, receiver) {
        const found: unknown = Reflect.get(target, key, receiver);
        if (typeof key === "string") read.add(key);
        return Object.hasOwn(target, key) ? watch(found, `${path}/${String(key)}`) : found;
      },
    });
    proxies.set(value, proxy);
    return proxy;
  }

  validate(watch(document, ""));
  return watches.flatMap(({ target, path, read }) =>
    Object.keys(target)
      .filter((key) => !read.has(key))
      .map((key) => `${path}/${key}`),
  );
}
