import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerOfFault, isAfterwards, passingFaults, type SandboxFault } from './faults.ts';
import { ga4 } from './ga4.ts';
import { google } from './google.ts';
import { heap } from './heap.ts';
import { hubspot } from './hubspot.ts';
import { createLedger, type LedgerEntry } from './ledger.ts';
import { createLists } from './lists.ts';
import { linkedin } from './linkedin.ts';
import { meta } from './meta.ts';
import type { Platform, SandboxAnswer, SandboxRequest, Surroundings } from './platform.ts';
import { salesforce } from './salesforce.ts';
import { settingsFor, type SandboxSettings } from './settings.ts';
import { tiktok } from './tiktok.ts';
import { createTokens } from './tokens.ts';
import { webhook } from './webhook.ts';

const platforms = {
  meta,
  google,
  ga4,
  linkedin,
  hubspot,
  salesforce,
  tiktok,
  webhook,
  heap,
} as const satisfies Record<string, Platform>;

/** A platform that has a stand-in. */
export type SandboxType = keyof typeof platforms;

export interface SandboxOptions {
  /** `0` takes a free one. Default `0`. */
  port?: number | undefined;
  /** The address to listen on. Default `127.0.0.1`: this machine only. */
  host?: string | undefined;
  /** How long an access token of Google, Salesforce or LinkedIn lasts, in seconds. Default `3_600`. */
  tokenLifeS?: number | undefined;
  /** Requests that a platform takes in a minute before it says "too many". Default: no limit. */
  requestsPerMinute?: number | undefined;
  /** Called for every request, after its answer. */
  onRequest?: ((request: { type: SandboxType; path: string; status: number }) => void) | undefined;
  /** Milliseconds since 1970. Default `Date.now`. */
  now?: (() => number) | undefined;
}

/** Stand-ins of all platforms on one port, each as strict as the true one, each with a ledger of its own. `GET /` shows what each has. */
export interface Sandbox {
  /** `http://127.0.0.1:8788`; a platform is under its own name, as in `/meta`. */
  url: string;
  /** Settings with which a relay sends here, for its `destinations`. */
  settings: SandboxSettings;
  /** What a platform took, each record once with how often it counted. */
  accepted(type: SandboxType): readonly LedgerEntry[];
  /**
   * Who is on a list there, by its id: an audience, a segment, a list of contacts; `users` of Heap, with their
   * properties, and `deleted`: those it was told to delete.
   */
  members(type: SandboxType, list: string): ReadonlyMap<string, unknown>;
  /** Requests that came, also those that failed. */
  requests(type: SandboxType): number;
  /** The next requests meet these faults, one each. */
  fail(type: SandboxType, ...faults: readonly SandboxFault[]): void;
  /** From now on a share of all requests fails, in every way that passes by itself. `0` ends it. */
  chaos(share: number, random?: () => number): void;
  /** Forgets what was accepted and what was to fail. */
  reset(): void;
  close(): Promise<void>;
}

/**
 * Starts the sandbox.
 *
 * @example
 * const sandbox = await startSandbox();
 * const relay = { destinations: { meta: sandbox.settings.meta } };
 * sandbox.fail('meta', 'throttled', 'answer_lost');
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const {
    port = 0,
    host = '127.0.0.1',
    tokenLifeS = 3_600,
    requestsPerMinute = Infinity,
    now = Date.now,
  } = options;
  const types = Object.keys(platforms) as SandboxType[];
  const stands = new Map(
    types.map((type) => [
      type,
      {
        ledger: createLedger(),
        lists: createLists(),
        tokens: createTokens(tokenLifeS),
        faults: [] as SandboxFault[],
        times: [] as number[],
        count: 0,
      },
    ]),
  );
  let share = 0;
  let draw = Math.random;

  const faultFor = (type: SandboxType): SandboxFault | undefined => {
    const given = stands.get(type)?.faults.shift();
    if (given !== undefined || share === 0 || draw() >= share) return given;
    const drawn = passingFaults[Math.floor(draw() * passingFaults.length)];
    const { instead = {} }: Platform = platforms[type];
    return drawn === 'throttled' || drawn === 'html' ? (instead[drawn] ?? drawn) : drawn;
  };

  function handle(
    type: SandboxType,
    request: SandboxRequest,
  ): (SandboxAnswer & { text?: string }) | undefined {
    const stand = stands.get(type);
    if (!stand) return { status: 404, body: 'this sandbox has no such platform' };
    const platform: Platform = platforms[type];
    const surroundings: Surroundings = {
      ledger: stand.ledger,
      lists: stand.lists,
      tokens: stand.tokens,
      now,
    };
    stand.count += 1;
    stand.times = [...stand.times.filter((time) => time > now() - 60_000), now()].slice(-10_000);
    const fault = faultFor(type);
    if (fault === 'unauthorized') stand.tokens.expireAll();
    if (fault === undefined)
      return stand.times.length > requestsPerMinute
        ? platform.throttled
        : platform.answer(request, surroundings);
    if (isAfterwards(fault)) platform.answer(request, surroundings);
    return answerOfFault(fault, platform);
  }

  /** By platform: records that it took, and its lists with their members; what has neither is left out. */
  const held = (): object =>
    Object.fromEntries(
      [...stands].flatMap(([type, { ledger, lists }]) => {
        const accepted = ledger.entries().map(({ record }) => record);
        const members = lists.all();
        const isEmpty = accepted.length === 0 && Object.keys(members).length === 0;
        return isEmpty ? [] : [[type, { accepted, lists: members }] as const];
      }),
    );

  async function serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const url = new URL(incoming.url ?? '/', 'http://sandbox');
    if (url.pathname === '/') {
      outgoing
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify(held(), undefined, 2));
      return;
    }
    const [, type = '', path = '/'] = /^\/([^/]+)(\/.*)?$/.exec(url.pathname) ?? [];
    const text = await textOf(incoming);
    const request: SandboxRequest = {
      method: incoming.method ?? 'GET',
      path,
      query: url.searchParams,
      headers: Object.fromEntries(
        Object.entries(incoming.headers).map(([name, value]) => [name, [value].flat()[0]]),
      ),
      text,
      json: jsonOf(text),
    };
    const answer = handle(type as SandboxType, request);
    if (!answer) {
      incoming.socket.destroy();
      return;
    }
    const { status, body, headers = {}, text: raw } = answer;
    const shown = raw ?? (body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body));
    const kind = raw?.startsWith('<') ? 'text/html' : 'application/json';
    outgoing.writeHead(status, { 'content-type': kind, ...headers }).end(status === 204 ? '' : shown);
    options.onRequest?.({ type: type as SandboxType, path, status });
  }

  const server = createServer((incoming, outgoing) => {
    serve(incoming, outgoing).catch(() => incoming.socket.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${(server.address() as AddressInfo).port}`;
  return {
    url,
    settings: settingsFor(url),
    accepted: (type) => stands.get(type)?.ledger.entries() ?? [],
    members: (type, list) => stands.get(type)?.lists.of(list) ?? new Map(),
    requests: (type) => stands.get(type)?.count ?? 0,
    fail: (type, ...faults) => void stands.get(type)?.faults.push(...faults),
    chaos(part, random = Math.random) {
      share = part;
      draw = random;
    },
    reset() {
      share = 0;
      for (const stand of stands.values()) {
        stand.ledger.clear();
        stand.lists.clear();
        stand.faults.length = 0;
        stand.times = [];
        stand.count = 0;
      }
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function textOf(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
