import { expectAll, type OpenReceiver } from "./receiver.ts";
import { openManager, prove } from "./tickframe.ts";

/** The same with a listener, for which every trade becomes an object. */
export const open: OpenReceiver = async (port, trades) => {
  let ticks = 0;
  const manager = await openManager(port, (opening) => opening.on("tick", () => void ticks++));
  return {
    received: () => ticks,
    async prove() {
      expectAll("the tick listener", ticks, trades);
      return prove(manager, trades);
    },
  };
};
