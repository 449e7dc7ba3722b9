/** The address of a request; `undefined` where it is none. */
export function requestUrl(target: string | undefined): URL | undefined {
  const address = `http://venue${target ?? "/"}`;
  return URL.canParse(address) ? new URL(address) : undefined;
}

/** The streams that a WebSocket's address asks for; `undefined` where no stream is served. */
export function streamTarget(
  target: string | undefined,
): { readonly isCombined: boolean; readonly streams: readonly string[] } | undefined {
  const url = requestUrl(target);
  if (!url) return undefined;
  // USD-M futures has its streams under paths by kind; all of them serve everything here.
  const path = url.pathname.replace(/^\/(market|public)(?=\/)/, "");
  if (path === "/stream") return { isCombined: true, streams: names(url.searchParams.get("streams") ?? "") };
  if (path !== "/ws" && !path.startsWith("/ws/")) return undefined;
  const list = decoded(path.slice("/ws/".length));
  return list === undefined ? undefined : { isCombined: false, streams: names(list) };
}

function names(list: string): string[] {
  return list.split("/").filter((name) => name !== "");
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
