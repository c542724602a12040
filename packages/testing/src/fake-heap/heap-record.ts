/** One call that reached Heap's own method (not its stub), as it came. */
export interface HeapCall {
  readonly method: string;
  readonly args: readonly unknown[];
  /** Milliseconds since 1970. Heap stamps a queued call when it is drained. */
  readonly at: number;
}

/** One event that Heap would send: after the queue, and in SDK 5 after the transformers. */
export interface FakeHeapEvent {
  readonly event: string;
  /** As Heap keeps them: text alone (`129.95` is `'129.95'`, lists `'a||b'`, objects are gone), event properties too. */
  readonly properties: Readonly<Record<string, string>>;
  readonly isAutotrack: boolean;
}

/** What the fake remembers, in both generations. */
export interface HeapRecord {
  readonly calls: HeapCall[];
  readonly events: FakeHeapEvent[];
  /** What a script tag would report to `window.onerror`. */
  readonly errors: unknown[];
  readonly rejected: unknown[];
  appid: unknown;
  /** They ride on every event. */
  eventProperties: Record<string, unknown>;
  userId: string;
  sessionId: string;
  identity: string | null;
  /** The library knows its user: from then on it answers for it. */
  isKnown: boolean;
  isStarted: boolean;
}

export function createRecord(): HeapRecord {
  return {
    calls: [],
    events: [],
    errors: [],
    rejected: [],
    appid: undefined,
    eventProperties: {},
    userId: createHeapId(),
    sessionId: createHeapId(),
    identity: null,
    isKnown: false,
    isStarted: false,
  };
}

/** The decimal text of a random 53-bit integer. */
function createHeapId(): string {
  return String(1e15 + Math.floor(Math.random() * (2 ** 53 - 1e15)));
}

/** Another person begins: a new user and session. */
export function startOver(record: HeapRecord): void {
  record.userId = createHeapId();
  record.sessionId = createHeapId();
  record.identity = null;
}
