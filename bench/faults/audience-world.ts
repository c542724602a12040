/** What is asked of a relay: repeated until it is answered. */
export type Call = (method: string, path: string, body?: object) => Promise<Record<string, unknown>>;

/** People and accounts, and what became of them: what every list should hold follows from it. */
export interface World {
  people: number;
  erased: ReadonlySet<number>;
  /** Who agreed to ads. */
  agrees: ReadonlySet<number>;
  /** Accounts whose companies are on the list of firms. */
  firms: ReadonlySet<number>;
  /** In the audience by themselves or by their account, and not erased. */
  isVip(n: number): boolean;
  /** The hash of their newest address. */
  hashOf(n: number): string;
  /** Makes everybody known. */
  begin(): Promise<void>;
  /** Fills the audience whose list is still to be made. */
  fillOnce(): Promise<void>;
  /** One round of changes, noted as soon as the relay has them. */
  change(): Promise<void>;
  summary(): string;
}

export const madeFor = 20;
const accounts = 5;
/** A trait that changed ten times on a day is held until the next: nobody comes to that. */
const mostMoves = 8;

const accountOf = (n: number): number | undefined => (n % 10 === 0 ? (n / 10) % accounts : undefined);
/** Both stand in a hash, so that a list shows whom it holds, and by which address. */
const hashFor = (n: number, version: number): string =>
  version.toString(16).padStart(8, '0') + n.toString(16).padStart(56, '0');

export function createAudienceWorld(people: number, call: Call): World {
  const everybody = Array.from({ length: people }, (_, n) => n);
  const isIn = new Set<number>();
  const accountsIn = new Set<number>();
  const firms = new Set<number>();
  const agrees = new Set(everybody);
  const erased = new Set<number>();
  const versions = new Map<number, number>();
  const moves = new Map<number, number>();
  const done = { rounds: 0, full: 0, addresses: 0, consents: 0 };

  const chance = (share: number): boolean => Math.random() < share;
  const alive = (): number[] => everybody.filter((n) => !erased.has(n));
  const mayMove = (n: number): boolean => (moves.get(n) ?? 0) < mostMoves;
  const move = (n: number): void => void moves.set(n, (moves.get(n) ?? 0) + 1);
  const hashOf = (n: number): string => hashFor(n, versions.get(n) ?? 0);
  const user = (n: number) => ({ user_id: `cust_${n}` });
  const account = (k: number) => ({ account_id: `acc_${k}`, company: `Firm ${k}` });
  const usersOf = (k: number): number[] => everybody.filter((n) => accountOf(n) === k);

  const identify = async (n: number): Promise<void> => {
    const k = accountOf(n);
    await call('POST', '/api/identify', {
      ...user(n),
      ...(k !== undefined && { account_id: `acc_${k}` }),
      event_id: crypto.randomUUID(),
      traits: { email_sha256: hashOf(n) },
      consent: {
        analytics: 'granted',
        ad_user_data: 'granted',
        ad_personalization: agrees.has(n) ? 'granted' : 'denied',
      },
    });
  };
  const send = (audience: string, page: object): Promise<unknown> =>
    call('POST', `/api/audiences/${audience}/members`, page);
  const toggle = (set: Set<number>, n: number): void => void (set.delete(n) || set.add(n));

  /** Chooses who joins or leaves by themselves, and which account. */
  function choose(share: number): { some: number[]; account: number | undefined } {
    const some = alive().filter((n) => chance(share) && mayMove(n));
    const k = Math.floor(Math.random() * accounts);
    const isMoved = chance(0.1) && usersOf(k).every((n) => mayMove(n));
    for (const n of isMoved ? [...some, ...usersOf(k)] : some) move(n);
    return { some, account: isMoved ? k : undefined };
  }

  async function sendDelta(): Promise<void> {
    const { some, account: k } = choose(0.06);
    const members = (isThere: boolean) => [
      ...some.filter((n) => isIn.has(n) === isThere).map(user),
      ...(k !== undefined && accountsIn.has(k) === isThere ? [account(k)] : []),
    ];
    const page = { sync_id: `sync_${done.rounds}`, add: members(false), remove: members(true) };
    await send('vip', page);
    for (const n of some) toggle(isIn, n);
    if (k !== undefined) toggle(accountsIn, k);
    const firm = Math.floor(Math.random() * accounts);
    const list = firms.has(firm) ? 'remove' : 'add';
    await send('firms', { sync_id: `firms_${done.rounds}`, [list]: [account(firm)] });
    toggle(firms, firm);
  }

  /** A full list in three pages, out of order and one of them twice. */
  async function sendFull(): Promise<void> {
    const { some, account: k } = choose(0.04);
    for (const n of some) toggle(isIn, n);
    if (k !== undefined) toggle(accountsIn, k);
    const all = [...[...isIn].map(user), ...[...accountsIn].map(account)];
    for (const page of [3, 1, 1, 2])
      await send('vip', {
        sync_id: `full_${done.rounds}`,
        mode: 'full',
        page,
        total_pages: 3,
        add: all.filter((_, place) => place % 3 === page - 1),
      });
    done.full += 1;
  }

  async function changePeople(): Promise<void> {
    for (const n of alive().filter(() => chance(0.015))) {
      if (chance(0.4)) {
        versions.set(n, (versions.get(n) ?? 0) + 1);
        done.addresses += 1;
      } else if (mayMove(n)) {
        toggle(agrees, n);
        move(n);
        done.consents += 1;
      }
      await identify(n);
    }
    const [n] = alive().filter(() => chance(0.4 / people));
    if (n === undefined || erased.size > people / 20) return;
    await call('DELETE', `/api/users/cust_${n}`);
    erased.add(n);
    isIn.delete(n);
  }

  return {
    people,
    erased,
    agrees,
    firms,
    hashOf,
    isVip(n) {
      const k = accountOf(n);
      return !erased.has(n) && (isIn.has(n) || (k !== undefined && accountsIn.has(k)));
    },
    async begin() {
      for (let from = 0; from < people; from += 20)
        await Promise.all(everybody.slice(from, from + 20).map(identify));
    },
    async fillOnce() {
      await send('made', { sync_id: 'made', add: everybody.slice(0, madeFor).map(user) });
    },
    async change() {
      done.rounds += 1;
      if (done.rounds % 5 === 0) await sendFull();
      else await sendDelta();
      await changePeople();
    },
    summary: () =>
      `${done.rounds} rounds, ${done.full} of them full lists, ${done.addresses} new addresses, ${done.consents} changes of consent, ${erased.size} erased`,
  };
}
