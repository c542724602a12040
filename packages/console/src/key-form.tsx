import type { OwnKey } from '@tracklayer/relay';
import { useState } from 'preact/hooks';
import { createRelayApi, RelayProblem } from './relay-api.ts';

/** Asks for a key once. It is kept in memory until the page is reloaded. */
export function KeyForm({ onKey }: { onKey: (key: string) => void }) {
  const [problem, setProblem] = useState<string>();
  async function tryKey(key: string): Promise<void> {
    try {
      await createRelayApi(key).get<OwnKey>('/api/key');
      onKey(key);
    } catch (error) {
      setProblem(error instanceof RelayProblem ? error.message : 'the key holds what no header can carry');
    }
  }
  return (
    <main class="narrow">
      <h1>TrackLayer console</h1>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          const key = new FormData(event.currentTarget).get('key');
          void tryKey(typeof key === 'string' ? key.trim() : '');
        }}
      >
        <label>
          A key of this relay, with the scope events:read
          <input name="key" type="password" autocomplete="off" required minLength={16} size={40} />
        </label>
        <button type="submit" class="strong">
          Open
        </button>
      </form>
      {problem !== undefined && (
        <p class="state" role="alert">
          {problem}. `tracklayer key` makes one, and `tracklayer serve` prints the one for development.
        </p>
      )}
      <p class="quiet">The key stays in this page: it is not stored, and a reload asks again.</p>
    </main>
  );
}
