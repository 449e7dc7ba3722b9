/** Something to which external events happen one at a time, and which checks itself at each. */
export interface Explorable {
  /** What may happen next; nothing at the end. */
  events(): readonly string[];
  take(event: string): Promise<void> | void;
  assertNothingLeft(): void;
}

/**
 * Runs a scene in every order of its events, and returns how many there are. Each event is checked as it happens. A
 * failure is told with the shortest schedule that fails.
 */
export async function exploreOrders(name: string, createScene: () => Explorable): Promise<number> {
  let schedules = 0;
  /** Which of the events of each step is taken, and how many there were. */
  const choices: { taken: number; of: number }[] = [];
  do {
    const failure = await run(createScene, choices, Infinity);
    if (failure !== undefined) throw await shortestFailure(name, createScene, failure);
    schedules++;
  } while (advance(choices));
  return schedules;
}

interface Failure {
  readonly schedule: readonly string[];
  readonly error: unknown;
}

/** Goes through all schedules of 1 event, of 2 events, and so on: the first that fails is a shortest one. */
async function shortestFailure(name: string, createScene: () => Explorable, known: Failure): Promise<Error> {
  let shortest = known;
  search: for (let length = 1; length < known.schedule.length; length++) {
    const choices: { taken: number; of: number }[] = [];
    do {
      const failure = await run(createScene, choices, length);
      if (failure === undefined) continue;
      shortest = failure;
      break search;
    } while (advance(choices));
  }
  const story = shortest.schedule.join(", ");
  return new Error(`${name}, after ${story}: ${String(shortest.error)}`, {
    cause: shortest.error,
  });
}

/** Follows `choices`, then takes the first event each time and writes that down, for `length` events at most. */
async function run(
  createScene: () => Explorable,
  choices: { taken: number; of: number }[],
  length: number,
): Promise<Failure | undefined> {
  const scene = createScene();
  const schedule: string[] = [];
  try {
    for (
      let events = scene.events();
      events.length > 0 && schedule.length < length;
      events = scene.events()
    ) {
      const choice = (choices[schedule.length] ??= { taken: 0, of: events.length });
      schedule.push(events[choice.taken]);
      const turn = scene.take(events[choice.taken]);
      if (turn !== undefined) await turn;
    }
    if (schedule.length < length) scene.assertNothingLeft();
    return undefined;
  } catch (error) {
    return { schedule, error };
  }
}

/** Moves to the next schedule; false after the last. */
function advance(choices: { taken: number; of: number }[]): boolean {
  for (let last = choices.at(-1); last !== undefined; last = choices.at(-1)) {
    if (++last.taken < last.of) return true;
    choices.pop();
  }
  return false;
}
