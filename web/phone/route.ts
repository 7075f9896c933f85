/** Where in the app the observer is, as the part of the address behind the hash; nothing of it reaches the server. */
export interface Route {
  screen: string;
  parts: string[];
  query: URLSearchParams;
}

export function readRoute(hash: string): Route {
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split("?");
  const [screen = "", ...parts] = path.split("/").map(decoded);
  return { screen: screen || "today", parts, query: new URLSearchParams(query) };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

export function routeTo(screen: string, parts: readonly string[] = [], query: Record<string, string> = {}): string {
  const asked = new URLSearchParams(query).toString();
  return `#/${[screen, ...parts].map(encodeURIComponent).join("/")}${asked && `?${asked}`}`;
}

/** Goes there; a form that was handed in is replaced, so that "back" does not open it a second time. */
export function go(address: string, replace = false): void {
  if (replace) location.replace(address);
  else location.hash = address;
}
