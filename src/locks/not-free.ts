/**
 * What `tryWithRead` and `tryWithWrite` return when the lock is not free, and nothing ran. No body can return it by
 * accident, as it can `undefined`.
 */
export const NOT_FREE: unique symbol = Symbol("tickframe.lockNotFree");
