/** Modules whose promises wait for a network or a disk, without the `node:` of Node's own. */
export const IO_MODULES: readonly string[] = [
  "fs",
  "fs/promises",
  "http",
  "https",
  "http2",
  "net",
  "tls",
  "dgram",
  "dns",
  "dns/promises",
  "readline/promises",
  "stream/promises",
  "@aws-sdk",
  "@prisma/client",
  "axios",
  "ccxt",
  "fs-extra",
  "got",
  "ioredis",
  "knex",
  "ky",
  "mongodb",
  "mongoose",
  "mysql2",
  "node-fetch",
  "nodemailer",
  "pg",
  "postgres",
  "redis",
  "superagent",
  "undici",
  "ws",
];

/** Whether a module, or the one that it is a part of, is among `modules`. */
export function isAmong(module: string, modules: readonly string[]): boolean {
  const name = module.replace(/^node:/, "");
  return modules.some((each) => name === each || name.startsWith(`${each}/`));
}

/** The module that a file of declarations describes: a package, or one of Node's own. */
export function moduleOfDeclarations(file: string): string | undefined {
  const path = file.replaceAll("\\", "/").split("/node_modules/").at(-1);
  if (path === undefined || path === file) return undefined;
  const node = /^@types\/node\/(?:ts[\d.]+\/)?(.+)\.d\.ts$/.exec(path);
  if (node) return node[1] === "web-globals/fetch" ? "undici" : node[1];
  const name = /^(@[^/]+\/[^/]+|[^/]+)/.exec(path)?.[0].replace("@types/", "");
  return name === "undici-types" ? "undici" : name;
}
