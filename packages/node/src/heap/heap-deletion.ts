import { TrackLayerError } from '@tracklayer/core';
import type { HeapHttp } from './heap-http.ts';
import { personOf, problemOfPerson, type HeapPerson } from './heap-message.ts';

/** One request for deletion, as Heap answers it. */
export interface HeapDeletion {
  deletion_request_id: string;
  /** Heap's own word; absent when it said none. */
  status?: string | undefined;
}

const base = '/api/public/v0';
const maxUsers = 10_000;
// It is good for five.
const tokenLifeMs = 4 * 60_000;

interface Deleting {
  deleteUsers(users: readonly HeapPerson[]): Promise<readonly HeapDeletion[]>;
  deletionStatus(deletion_request_id: string): Promise<HeapDeletion>;
}

/** Users by your id or Heap's, with a token that is asked for when needed. */
export function createHeapDeletion(http: HeapHttp, appId: string, apiKey: string | undefined): Deleting {
  let token: { value: string; until: number } | undefined;

  async function authorization(): Promise<string> {
    if (!apiKey) throw new TrackLayerError('heap', 'no apiKey: pass one to createHeapClient to delete users');
    if (!token || performance.now() >= token.until) {
      const basic = Buffer.from(`${appId}:${apiKey}`).toString('base64');
      const answer = await http({ path: `${base}/auth_token`, body: {}, authorization: `Basic ${basic}` });
      const value = textOf(answer, 'access_token');
      if (!value) throw new TrackLayerError('heap', `${base}/auth_token: Heap gave no access_token`);
      token = { value, until: performance.now() + tokenLifeMs };
    }
    return `Bearer ${token.value}`;
  }

  return {
    async deleteUsers(users) {
      users.forEach((user, index) => {
        const problem = problemOfPerson(user);
        if (problem) throw new TrackLayerError('heap', `user ${index}: ${problem}; nobody was deleted`);
      });
      const taken: HeapDeletion[] = [];
      for (let from = 0; from < users.length; from += maxUsers) {
        const body = { users: users.slice(from, from + maxUsers).map(personOf) };
        const path = `${base}/user_deletion`;
        const answer = await http({ path, body, authorization: await authorization() });
        const deletion_request_id = textOf(answer, 'deletion_request_id');
        if (!deletion_request_id)
          throw new TrackLayerError('heap', `${path}: Heap gave no deletion_request_id`);
        taken.push({ deletion_request_id, status: textOf(answer, 'status') });
      }
      return taken;
    },
    async deletionStatus(deletion_request_id) {
      const path = `${base}/deletion_status/${encodeURIComponent(deletion_request_id)}`;
      const answer = await http({ path, authorization: await authorization() });
      return { deletion_request_id, status: textOf(answer, 'status') };
    },
  };
}

function textOf(answer: unknown, name: string): string | undefined {
  const value =
    typeof answer === 'object' && answer !== null ? (answer as Record<string, unknown>)[name] : undefined;
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}
