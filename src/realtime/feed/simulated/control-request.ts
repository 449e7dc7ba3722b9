/** A control frame of a client, or the venue's words against it. */
export type ControlRequest =
  | {
      readonly method: "SUBSCRIBE" | "UNSUBSCRIBE";
      readonly id: RequestId;
      readonly streams: readonly string[];
    }
  | { readonly method: "LIST_SUBSCRIPTIONS"; readonly id: RequestId }
  | { readonly method: "SET_PROPERTY"; readonly id: RequestId; readonly isCombined: boolean }
  | { readonly method: "GET_PROPERTY"; readonly id: RequestId }
  | { readonly method: "refused"; readonly id: RequestId; readonly code: number; readonly message: string };

export type RequestId = number | string | null;

const MAX_ID_CHARS = 36;
const METHODS = ["SUBSCRIBE", "UNSUBSCRIBE", "LIST_SUBSCRIPTIONS", "SET_PROPERTY", "GET_PROPERTY"] as const;
type Method = (typeof METHODS)[number];

/** Reads a control frame the way the venue documents it. */
export function readControlRequest(text: string): ControlRequest {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return refused(null, 3, "Invalid JSON: expected value at line 1 column 1");
  }
  if (typeof json !== "object" || json === null || Array.isArray(json)) {
    return refused(null, 2, "Invalid request: expected an object at line 1 column 1");
  }
  const { method, params, id = null } = json as { method?: unknown; params?: unknown; id?: unknown };
  if (!isRequestId(id)) return refused(null, 2, "Invalid request: request ID must be an unsigned integer");
  if (method === undefined)
    return refused(id, 2, "Invalid request: missing field `method` at line 1 column 1");
  if (typeof method !== "string") return refused(id, 2, "Invalid request: method must be a string");
  if (!isMethod(method)) {
    const expected = METHODS.map((name) => `\`${name}\``).join(", ");
    return refused(
      id,
      2,
      `Invalid request: unknown variant \`${method}\`, expected one of ${expected} at line 1 column 1`,
    );
  }
  if (method === "LIST_SUBSCRIPTIONS") return { method, id };
  const values: readonly unknown[] = Array.isArray(params) ? params : [];
  if (method === "SUBSCRIBE" || method === "UNSUBSCRIBE") return streamRequest(method, id, values);
  return propertyRequest(method === "SET_PROPERTY", id, values);
}

function streamRequest(
  method: "SUBSCRIBE" | "UNSUBSCRIBE",
  id: RequestId,
  params: readonly unknown[],
): ControlRequest {
  const streams = params.filter((param) => typeof param === "string");
  if (streams.length === 0 || streams.length < params.length) {
    return refused(id, 2, "Invalid request: params must be an array of stream names");
  }
  return { method, id, streams };
}

function propertyRequest(isSet: boolean, id: RequestId, params: readonly unknown[]): ControlRequest {
  const [name, value] = params;
  if (typeof name !== "string") return refused(id, 2, "Invalid request: property name must be a string");
  if (params.length > (isSet ? 2 : 1)) return refused(id, 2, "Invalid request: too many parameters");
  if (name !== "combined") return refused(id, 0, "Unknown property");
  if (!isSet) return { method: "GET_PROPERTY", id };
  if (typeof value !== "boolean") return refused(id, 1, "Invalid value type: expected Boolean");
  return { method: "SET_PROPERTY", id, isCombined: value };
}

function isMethod(name: string): name is Method {
  return (METHODS as readonly string[]).includes(name);
}

function isRequestId(id: unknown): id is RequestId {
  if (typeof id === "string") return id.length <= MAX_ID_CHARS && /^[A-Za-z0-9]*$/.test(id);
  return id === null || Number.isInteger(id);
}

function refused(id: RequestId, code: number, message: string): ControlRequest {
  return { method: "refused", id, code, message };
}
