import { percentText, type ContentionBound } from "../../profiling/index.ts";
import { grouped } from "../number-format.ts";

/** Times in a second: `0.25`, `12.5`, `12,345`. */
export function rateText(perSecond: number): string {
  return perSecond < 100 ? String(Number(perSecond.toPrecision(3))) : grouped(perSecond);
}

/** `≤ 62 %`. */
export function boundText({ atMost }: ContentionBound): string {
  return `≤ ${percentText(atMost)}`;
}
