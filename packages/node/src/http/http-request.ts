import type { IncomingMessage } from 'node:http';

/** What the kit asks of a request, whichever kind of server it came through. */
export interface HttpRequest {
  readonly method: string;
  /** A header by its name in lower case. */
  header(name: string): string | undefined;
  /**
   * The body as it travelled. `too_large` as soon as it is over `limit` bytes, the rest is not read; `cut` when the
   * connection ends before it does.
   */
  read(limit: number, signal: AbortSignal): Promise<Uint8Array | 'too_large' | 'cut'>;
}

/** A web-standard request. */
export function ofWebRequest({ method, headers, body }: Request): HttpRequest {
  return {
    method,
    header: (name) => headers.get(name) ?? undefined,
    async read(limit, signal) {
      const chunks: Uint8Array[] = [];
      let length = 0;
      const reader = body?.getReader();
      // What is still on its way is not read; a connection that fails meanwhile changes nothing.
      const giveUp = (): void => void reader?.cancel().catch(() => undefined);
      signal.addEventListener('abort', giveUp);
      try {
        for (;;) {
          const next = await reader?.read();
          if (signal.aborted) return 'cut';
          if (!next?.value) return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
          length += next.value.byteLength;
          if (length > limit) {
            giveUp();
            return 'too_large';
          }
          chunks.push(next.value);
        }
      } catch {
        return 'cut';
      } finally {
        signal.removeEventListener('abort', giveUp);
      }
    },
  };
}

/** A request of `node:http`, whose body nobody has read yet. */
export function ofNodeRequest(incoming: IncomingMessage): HttpRequest {
  const { method = 'GET', headers } = incoming;
  return {
    method,
    header: (name) => {
      const value = headers[name];
      return Array.isArray(value) ? value.join(', ') : value;
    },
    read: (limit, signal) =>
      new Promise((resolve) => {
        const chunks: Uint8Array[] = [];
        let length = 0;
        const finish = (result: Uint8Array | 'too_large' | 'cut'): void => {
          incoming.off('data', take).off('end', end).off('close', cut).off('error', cut);
          signal.removeEventListener('abort', cut);
          if (typeof result === 'string') incoming.pause().on('error', () => undefined);
          resolve(result);
        };
        const take = (chunk: Uint8Array): void => {
          length += chunk.byteLength;
          if (length > limit) finish('too_large');
          else chunks.push(chunk);
        };
        const end = (): void => finish(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks));
        const cut = (): void => finish('cut');
        incoming.on('data', take).on('end', end).on('close', cut).on('error', cut);
        signal.addEventListener('abort', cut);
      }),
  };
}
