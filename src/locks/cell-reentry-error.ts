import { TickframeError } from "../errors.ts";

/** A cell was changed by the function that computes its next value: one of the two changes would be lost. */
export class CellReentryError extends TickframeError {
  override readonly name = "CellReentryError";
  /** Name of the cell. */
  readonly cell: string;

  constructor(cell: string) {
    super("CELL_REENTRY", `cell "${cell}" was updated from inside its own update`);
    this.cell = cell;
  }
}
