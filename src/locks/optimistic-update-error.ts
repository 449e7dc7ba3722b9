import { TickframeError } from "../errors.ts";

/** Every attempt of an optimistic update found that somebody else had committed meanwhile. Nothing was changed by it. */
export class OptimisticUpdateError extends TickframeError {
  override readonly name = "OptimisticUpdateError";
  /** Name of the cell. */
  readonly cell: string;
  /** How often the update was computed. */
  readonly attempts: number;

  constructor(cell: string, attempts: number, readGeneration: number, foundGeneration: number) {
    super(
      "OPTIMISTIC_UPDATE",
      `cell "${cell}" was changed by others during each of ${attempts} attempt(s): ` +
        `the last one read generation ${readGeneration} and found generation ${foundGeneration}`,
    );
    this.cell = cell;
    this.attempts = attempts;
  }
}
