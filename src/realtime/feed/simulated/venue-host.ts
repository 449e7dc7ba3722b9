import type { Clock } from "../../../clock.ts";
import type { Channel } from "./channel.ts";
import type { Fault } from "./fault.ts";
import { FLAVOUR_RULES } from "./flavour-rules.ts";
import { OrderedFaults } from "./ordered-faults.ts";
import type { RestEndpoint } from "./rest-api.ts";
import { RestServer } from "./rest-server.ts";
import { SeededRandom, seedFor } from "./seeded-random.ts";
import { SubscriptionWatch } from "./subscription-watch.ts";
import type { VenueFlavour } from "./venue-options.ts";
import { VenueServer } from "./venue-server.ts";

/** What a venue has to say: its streams, and its REST endpoints by path. */
export interface VenueContent {
  channel(stream: string): Channel;
  endpoint(path: string): RestEndpoint | undefined;
}

export interface VenueHostSettings {
  readonly flavour: VenueFlavour;
  readonly port: number;
  readonly seed: number;
  readonly maxBufferedBytes: number;
}

export interface VenueHostStats {
  /** Clients connected now. */
  readonly clients: number;
  /** Clients connected since the start. */
  readonly clientsEver: number;
  /** Clients disconnected because they read too slowly. */
  readonly slowClients: number;
  /** REST requests answered, failed ones included. */
  readonly restRequests: number;
}

/** The network side of a simulated venue: its port, its clients, and what goes wrong between. */
export class VenueHost {
  readonly faults: OrderedFaults;
  readonly server: VenueServer;
  readonly #rest: RestServer;
  readonly #subscriptions: SubscriptionWatch;

  private constructor(
    server: VenueServer,
    rest: RestServer,
    faults: OrderedFaults,
    subscriptions: SubscriptionWatch,
  ) {
    this.server = server;
    this.#rest = rest;
    this.faults = faults;
    this.#subscriptions = subscriptions;
  }

  /** @throws TickframeError with code `PORT_IN_USE` when the port is taken. */
  static async start(
    settings: VenueHostSettings,
    makeContent: (faults: OrderedFaults) => VenueContent,
    clock: Clock,
  ): Promise<VenueHost> {
    const rules = FLAVOUR_RULES[settings.flavour];
    const connections = (): VenueServer["connections"] => server.connections;
    const random = new SeededRandom(seedFor(settings.seed, "what goes wrong"));
    const faults = new OrderedFaults(connections, { clock, random });
    const subscriptions = new SubscriptionWatch(connections);
    const content = makeContent(faults);
    const takeFault = (endpoint: string) => faults.takeRest(endpoint);
    const rest = new RestServer(rules, { endpoint: (path) => content.endpoint(path), takeFault }, clock);
    const server = await VenueServer.listen(
      { port: settings.port, rules, maxBufferedBytes: settings.maxBufferedBytes },
      {
        channel: (stream) => content.channel(stream),
        onRest: (request, response) => rest.handle(request, response),
        refuseConnection: () => faults.refuseConnection(),
        refuseSubscription: () => faults.refuseSubscription(),
        onSubscribed: () => subscriptions.check(),
      },
      clock,
    );
    return new VenueHost(server, rest, faults, subscriptions);
  }

  get endpoints(): { readonly ws: string; readonly rest: string } {
    return { ws: `ws://127.0.0.1:${this.server.port}`, rest: `http://127.0.0.1:${this.server.port}` };
  }

  stats(): VenueHostStats {
    return {
      clients: this.server.connections.size,
      clientsEver: this.server.opened,
      slowClients: this.server.slowClients,
      restRequests: this.#rest.requests,
    };
  }

  whenSubscribed(streams: readonly string[]): Promise<void> {
    return this.#subscriptions.when(streams);
  }

  order(fault: Fault, at: number | undefined): void {
    this.faults.order(fault, at);
  }

  close(): Promise<void> {
    this.faults.close();
    this.#subscriptions.close();
    return this.server.close();
  }
}
