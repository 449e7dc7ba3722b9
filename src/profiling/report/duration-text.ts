/** A duration of at least three digits in the unit that suits it: `840 ns`, `12.3 µs`, `1.05 ms`, `2.4 s`. */
export function durationText(ms: number): string {
  if (ms === 0) return "0";
  if (ms < 0.001) return `${(ms * 1e6).toFixed(0)} ns`;
  if (ms < 1) return `${threeDigits(ms * 1e3)} µs`;
  if (ms < 1_000) return `${threeDigits(ms)} ms`;
  return `${threeDigits(ms / 1_000)} s`;
}

function threeDigits(value: number): string {
  return value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0);
}
