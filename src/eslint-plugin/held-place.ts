import type { FileSyntax } from "./file-syntax.ts";
import type { HeldCall } from "./held-code.ts";

/** Which lock is held, since which line, and through which functions the call is reached, for a message. */
export function placeInMessage(
  { holder, through }: HeldCall,
  file: FileSyntax,
): { readonly lock: string; readonly through: string } {
  const names = holder.locks.map(({ label }) => `\`${label}\``).join(", ");
  return {
    lock: `${names} (line ${file.line(holder.node)})`,
    through: through.length === 0 ? "" : ` (through ${through.map((name) => `\`${name}\``).join(" → ")})`,
  };
}
