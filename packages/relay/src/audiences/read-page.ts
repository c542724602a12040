import type { JsonObject } from '@tracklayer/core';
import { isFields } from '@tracklayer/node/http-kit';
import { problemOfPersonId } from '@tracklayer/core/adapter';
import { accountTraitsIn, isAccountTrait } from '../store/account-traits.ts';
import type { MembersPage } from '../store/audiences.ts';
import type { Described } from '../store/people.ts';
import { accountKey, userKey } from '../store/person-key.ts';

/** A page of members as a source said it, checked. */
export interface SaidPage extends Pick<
  MembersPage,
  'source' | 'sync_id' | 'mode' | 'page' | 'total_pages' | 'add' | 'remove'
> {
  /** Members that were in both lists: they are out. */
  both: number;
  /** What the page says of the accounts in it. */
  accounts: readonly Described[];
}

/** A page is placed in one transaction: more would hold ingest up for over a third of a second. */
const mostMembers = 10_000;
const mostPages = 100_000;
const fields = ['source', 'sync_id', 'mode', 'page', 'total_pages', 'add', 'remove'];

/**
 * Reads `POST /api/audiences/{audience}/members`, or says what is wrong with it; never shows a member's id.
 *
 * @param most - members of a page. Default 10,000.
 */
export function readPage(
  body: Readonly<Record<string, unknown>>,
  most = mostMembers,
): SaidPage | { problem: string } {
  if (Object.keys(body).some((name) => !fields.includes(name)))
    return wrong(`a field is unknown; there are ${fields.join(', ')}`);
  const { source = 'api', sync_id, mode = 'delta', page = 1, total_pages = 1 } = body;
  if (typeof source !== 'string' || !/^[\w-]{1,64}$/.test(source))
    return wrong('source must be 1 to 64 letters, digits, _ and -');
  if (typeof sync_id !== 'string' || !/^[\w.:-]{1,128}$/.test(sync_id))
    return wrong('sync_id must be 1 to 128 letters, digits, _ . : and -: all pages of one sync share it');
  if (mode !== 'delta' && mode !== 'full') return wrong('mode must be delta or full');
  if (!isPlace(total_pages, mostPages))
    return wrong(`total_pages must be a whole number from 1 to ${mostPages}`);
  if (!isPlace(page, total_pages))
    return wrong(`page must be a whole number from 1 to total_pages (${total_pages})`);
  const [add, remove] = [readMembers(body['add']), readMembers(body['remove'])];
  if ('problem' in add) return wrong(`add${add.problem}`);
  if ('problem' in remove) return wrong(`remove${remove.problem}`);
  if (mode === 'full' && remove.keys.length > 0)
    return wrong('a full list must have no remove: everybody who is not in it is removed');
  // A misspelt `add` must not empty an audience.
  if (body['add'] === undefined && (mode === 'full' || body['remove'] === undefined))
    return wrong(
      mode === 'full' ? 'a full list must have add, [] to remove everybody' : 'add or remove is missing',
    );
  if (add.keys.length + remove.keys.length > most)
    return wrong(`a page may have at most ${most} members; send more pages`);
  const gone = new Set(remove.keys);
  const wanted = new Set(add.keys);
  const stays = [...wanted].filter((key) => !gone.has(key));
  const both = wanted.size - stays.length;
  const { accounts } = add;
  return { source, sync_id, mode, page, total_pages, add: stays, remove: [...gone], both, accounts };
}

function readMembers(list: unknown): { keys: string[]; accounts: Described[] } | { problem: string } {
  if (list === undefined) return { keys: [], accounts: [] };
  if (!Array.isArray(list))
    return { problem: ' must be a list of { "user_id": "…" } or { "account_id": "…" }' };
  const keys: string[] = [];
  const accounts: Described[] = [];
  for (const [place, member] of (list as readonly unknown[]).entries()) {
    const { user_id, account_id, ...more } = isFields(member) ? member : {};
    const [name, id] = user_id === undefined ? ['account_id', account_id] : ['user_id', user_id];
    if (id === undefined) return { problem: `.${place} needs user_id or account_id` };
    // A longer number has lost digits when it was read, and names somebody else.
    const text = typeof id === 'number' && Number.isSafeInteger(id) ? String(id) : id;
    const fault = problemOfPersonId(text, name);
    if (typeof text !== 'string' || fault)
      return { problem: `.${place}: ${name} ${fault?.message ?? 'must be text'}` };
    if (name === 'user_id') {
      keys.push(userKey(text));
      continue;
    }
    keys.push(accountKey(text));
    const traits = accountTraitsIn(more as JsonObject);
    const wrongly = Object.entries(traits).find(([, value]) => !isAccountTrait(value));
    if (wrongly) return { problem: `.${place}.${wrongly[0]} must be a text of 1 to 256 characters, or null` };
    if (Object.keys(traits).length > 0) accounts.push({ account_id: text, traits });
  }
  return { keys, accounts };
}

const isPlace = (value: unknown, most: number): value is number =>
  Number.isInteger(value) && Number(value) >= 1 && Number(value) <= most;

const wrong = (problem: string): { problem: string } => ({ problem });
