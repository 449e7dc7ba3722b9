/** A part from 0 to 1 as a person reads it: `42 %`, `4.2 %`, `0.05 %`; what is above 0 never reads as 0. */
export function percentText(part: number): string {
  const percent = 100 * part;
  if (percent === 0) return "0 %";
  if (percent < 0.01) return "< 0.01 %";
  return `${percent.toFixed(percent < 1 ? 2 : percent < 9.95 ? 1 : 0)} %`;
}
