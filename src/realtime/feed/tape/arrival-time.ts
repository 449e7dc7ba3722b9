const NS_PER_MS = 1_000_000;

/** Writes a time in ms as a whole count of nanoseconds; returns where it ends. */
export function writeArrivalNs(target: Buffer, at: number, receivedAt: number): number {
  let ms = Math.floor(receivedAt);
  let ns = Math.round((receivedAt - ms) * NS_PER_MS);
  if (ns === NS_PER_MS) {
    ms++;
    ns = 0;
  }
  const end = at + digitsOf(ms) + 6;
  let position = end;
  for (let i = 0; i < 6; i++, ns = Math.floor(ns / 10)) target[--position] = 0x30 + (ns % 10);
  for (; position > at; ms = Math.floor(ms / 10)) target[--position] = 0x30 + (ms % 10);
  return end;
}

function digitsOf(value: number): number {
  let digits = 1;
  for (let rest = Math.floor(value / 10); rest > 0; rest = Math.floor(rest / 10)) digits++;
  return digits;
}
