const FINAL_TEXT = 0x81;
const SHORT_PAYLOAD = 126;
const MEDIUM_PAYLOAD = 65_536;

/** A whole unmasked WebSocket text frame, as a server sends it. */
export function textFrame(payload: Uint8Array): Buffer {
  const headerBytes = headerBytesFor(payload.length);
  const frame = Buffer.allocUnsafeSlow(headerBytes + payload.length);
  frame[0] = FINAL_TEXT;
  if (headerBytes === 2) {
    frame[1] = payload.length;
  } else if (headerBytes === 4) {
    frame[1] = 126;
    frame.writeUInt16BE(payload.length, 2);
  } else {
    frame[1] = 127;
    frame.writeBigUInt64BE(BigInt(payload.length), 2);
  }
  frame.set(payload, headerBytes);
  return frame;
}

/** The payload of a frame that {@link textFrame} made: a view. */
export function payloadOf(frame: Buffer): Buffer {
  const lengthCode = frame[1];
  return frame.subarray(lengthCode < 126 ? 2 : lengthCode === 126 ? 4 : 10);
}

export function headerBytesFor(payloadBytes: number): number {
  return payloadBytes < SHORT_PAYLOAD ? 2 : payloadBytes < MEDIUM_PAYLOAD ? 4 : 10;
}
