export { lockRules, lockRules as default } from "./plugin.ts";
