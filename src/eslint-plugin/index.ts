export { lockRules, lockRules as default, type LockRules } from "./plugin.ts";
