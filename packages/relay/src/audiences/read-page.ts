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

/**
 * Reads `POST /api/audiences/{audience}/members`, or says what is wrong with it; never shows a member's id.
 *
 * @param most - members of a page. Default 10,000.
 */
export function readPage(
  body: Readonly<Record<string, unknown>>,
  most = mostMembers,
): SaidPage | { problem: string } {
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
  if (add.keys.length + remove.keys.length > most)
    return wrong(`a page may have at most ${most} members; send more pages`);
  const gone = new Set(remove.keys);
  const stays = [...new Set(add.keys)].filter((key) => !gone.has(key));
  const both = new Set(add.keys).size - stays.length;
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
    const id = user_id ?? account_id;
    if (typeof id !== 'string' && typeof id !== 'number')
      return { problem: `.${place} needs user_id or account_id` };
    const text = String(id);
    const fault = problemOfPersonId(text);
    if (fault)
      return { problem: `.${place}: ${user_id === undefined ? 'account_id' : 'user_id'} ${fault.message}` };
    if (user_id !== undefined) {
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
