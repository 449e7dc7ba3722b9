import { describe, expect, it } from "vitest";
import {
  closedByVenue,
  connectFailure,
  connectionFailure,
  quoted,
  shownAddress,
} from "../../../../src/realtime/feed/connection-failure.ts";

const ADDRESS = "wss://venue.example/stream";

function failure(code: string | undefined, message: string): Error {
  return Object.assign(new Error(message), code === undefined ? {} : { code });
}

describe("shownAddress", () => {
  it("shows neither query nor user nor fragment", () => {
    expect(shownAddress("wss://user:password@venue.example:9443/stream?key=secret#x")).toBe(
      "wss://venue.example:9443/stream",
    );
  });
});

describe("quoted", () => {
  it("escapes what could steer a terminal", () => {
    expect(quoted('a"\u001b[31m\n\u009b2J\u007f')).toBe('"a\\"\\u001b[31m\\n\\u009b2J\\u007f"');
  });

  it("cuts a long text", () => {
    expect(quoted("x".repeat(10_000))).toBe(`"${"x".repeat(200)}…"`);
  });
});

describe("connectFailure", () => {
  it.each([
    [failure("EAI_AGAIN", "getaddrinfo EAI_AGAIN"), "host name could not be looked up (EAI_AGAIN)"],
    [failure("CERT_HAS_EXPIRED", "certificate has expired"), "certificate has expired"],
    [failure("E_ODD", ""), "E_ODD"],
    [failure(undefined, "Opening handshake failed"), "Opening handshake failed"],
    [failure(undefined, ""), "Error"],
    // What Node gives when a name has several addresses and all of them fail.
    [
      Object.assign(new AggregateError([], ""), { code: "ECONNREFUSED" }),
      "connection refused (ECONNREFUSED)",
    ],
  ])("says in words what %o means, and keeps it as the cause", (cause, words) => {
    const error = connectFailure(ADDRESS, cause);
    expect(error).toMatchObject({
      message: `cannot connect to ${ADDRESS}: ${words}`,
      cause,
      code: "VENUE_CONNECTION",
    });
  });
});

describe("connectionFailure", () => {
  it("names the limit that a message exceeds", () => {
    const cause = failure("WS_ERR_UNSUPPORTED_MESSAGE_LENGTH", "Max payload size exceeded");
    expect(connectionFailure(ADDRESS, cause, 512).message).toBe(
      `connection to ${ADDRESS} failed: a message is larger than the limit of 512 bytes`,
    );
  });
});

describe("closedByVenue", () => {
  it.each([
    [1006, "", `connection to ${ADDRESS} was lost without a close frame`],
    [1005, "", `${ADDRESS} closed the connection without a code`],
    [1001, "", `${ADDRESS} closed the connection with code 1001`],
    [1012, "restart", `${ADDRESS} closed the connection with code 1012 and reason "restart"`],
  ])("tells code %d with reason %j apart", (code, reason, message) => {
    expect(closedByVenue(ADDRESS, code, Buffer.from(reason)).message).toBe(message);
  });
});
