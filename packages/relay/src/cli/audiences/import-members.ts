import { randomUUID } from 'node:crypto';
import { TrackLayerError } from '@tracklayer/core';
import type { CliIo } from '../io.ts';
import type { RelayCall } from '../relay-call.ts';
import { readMembers, type FileMember } from './read-members.ts';

interface Import {
  audience: string;
  file: string;
  /** The column of the ids. */
  column: string | undefined;
  /** A file without members is meant. */
  mayBeEmpty: boolean;
}

/** What a page may hold: the relay's own bound, and of its bound for bodies what leaves room for the rest of the page. */
const membersAPage = 10_000;
const bytesAPage = 900_000;

/**
 * Makes the people of a file the members of an audience. Nothing changes unless all of the file is there.
 *
 * @throws TrackLayerError `invalid_options` for a file that cannot be used, before anything is sent.
 */
export async function importMembers(
  { audience, file, column, mayBeEmpty }: Import,
  call: RelayCall,
  io: CliIo,
): Promise<void> {
  let [members, pages] = [0, 0];
  // Read to its end before anything is sent: a file that is cut off must not empty an audience.
  for await (const page of pagesOf(readMembers(file, column))) {
    members += page.length;
    pages += 1;
  }
  if (members === 0 && !mayBeEmpty)
    throw new TrackLayerError(
      'invalid_options',
      `${file} has no members. Nothing was sent; pass --empty to remove everybody from ${audience}`,
    );
  const total_pages = Math.max(1, pages);
  const sync_id = randomUUID();
  const path = `api/audiences/${encodeURIComponent(audience)}/members`;
  let [page, isReplaced] = [0, false];
  const send = async (add: readonly FileMember[]): Promise<void> => {
    page += 1;
    io.showStatus?.(`page ${page} of ${total_pages}`);
    const json = { source: 'import', sync_id, mode: 'full', page, total_pages, add };
    // A page counts once, so it may be sent again.
    const { replaced = false } = (await call(path, { method: 'post', json, again: true }).catch(
      (cause: unknown) => {
        if (page < total_pages)
          io.printError(
            `${page - 1} of ${total_pages} pages were sent. The audience is as it was; import the file again`,
          );
        throw cause;
      },
    )) as { replaced?: boolean };
    isReplaced ||= replaced;
  };
  for await (const add of pagesOf(readMembers(file, column))) await send(add);
  if (members === 0) await send([]);
  io.showStatus?.('');
  if (page < total_pages)
    throw new TrackLayerError(
      'invalid_options',
      `${file} changed while it was read. The audience is as it was; import the file again`,
    );
  const what = isReplaced
    ? 'another full list, which began later, has replaced them; nothing changes'
    : 'the relay compares them with the members it has';
  io.print(`${members} ${members === 1 ? 'member' : 'members'} sent; ${what}`);
}

/** Cuts members into pages, the same ones each time. */
async function* pagesOf(members: AsyncIterable<FileMember>): AsyncGenerator<FileMember[]> {
  let [page, bytes]: [FileMember[], number] = [[], 0];
  for await (const member of members) {
    const size = Buffer.byteLength(JSON.stringify(member)) + 1;
    if (page.length === membersAPage || bytes + size > bytesAPage) {
      yield page;
      [page, bytes] = [[], 0];
    }
    page.push(member);
    bytes += size;
  }
  if (page.length > 0) yield page;
}
