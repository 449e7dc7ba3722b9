/** The fixtures with types take the place of this file. */
export const scene = "empty";
