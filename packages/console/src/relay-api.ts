/** A refusal of the relay, in its own words (docs/wire.md W-7). */
export class RelayProblem extends Error {
  override readonly name = 'RelayProblem';
  readonly status: number;
  constructor(status: number, detail: string) {
    super(detail);
    this.status = status;
  }
}

/** Whatever was thrown, as a refusal. */
export const problemOf = (error: unknown): RelayProblem =>
  error instanceof RelayProblem ? error : new RelayProblem(0, String(error));

/** The relay that serves this page, called with the key that was typed once. Nothing that is typed goes into a path. */
export interface RelayApi {
  get<Body>(path: string, signal?: AbortSignal): Promise<Body>;
  put<Body>(path: string, body: object, headers: Readonly<Record<string, string>>): Promise<Body>;
  post<Body>(path: string, body?: object, signal?: AbortSignal): Promise<Body>;
  /** Opens a stream of server-sent events. A browser's own `EventSource` sends no key. */
  open(path: string, signal: AbortSignal): Promise<ReadableStream<Uint8Array>>;
}

type Init = Omit<RequestInit, 'headers'> & { headers?: Record<string, string> };

export function createRelayApi(key: string): RelayApi {
  async function call(path: string, init: Init = {}): Promise<Response> {
    const headers = { ...init.headers, authorization: `Bearer ${key}` };
    const answer = await fetch(path, { ...init, headers, cache: 'no-store' }).catch((cause: unknown) => {
      if (init.signal?.aborted) throw cause;
      throw new RelayProblem(0, 'the relay does not answer');
    });
    if (answer.ok) return answer;
    const body = (await answer.json().catch(() => undefined)) as { detail?: string } | undefined;
    throw new RelayProblem(answer.status, body?.detail ?? `the relay answered ${answer.status}`);
  }
  async function send<Body>(method: string, path: string, body: object, init: Init = {}): Promise<Body> {
    const headers = { ...init.headers, 'content-type': 'application/json' };
    return (await (
      await call(path, { ...init, method, headers, body: JSON.stringify(body) })
    ).json()) as Body;
  }

  return {
    get: async <Body>(path: string, signal?: AbortSignal) =>
      (await (await call(path, { ...(signal && { signal }) })).json()) as Body,
    put: (path, body, headers) => send('PUT', path, body, { headers }),
    post: (path, body = {}, signal) => send('POST', path, body, { ...(signal && { signal }) }),
    async open(path, signal) {
      const { body } = await call(path, { signal });
      if (!body) throw new RelayProblem(0, 'the relay sent no stream');
      return body;
    },
  };
}
