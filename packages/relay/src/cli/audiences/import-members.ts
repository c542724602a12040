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

/** The members of one page, as JSON: as objects, ten thousand at a time would outlive the young generation and grow it. */
interface Page {
  count: number;
  /** A list; the next page takes its place. */
  add: Uint8Array;
}

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
  io.spareMemory?.();
  let [members, pages] = [0, 0];
  // Read to its end before anything is sent: a file that is cut off must not empty an audience.
  for await (const page of pagesOf(readMembers(file, column))) {
    members += page.count;
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
  const send = async (add: Uint8Array): Promise<void> => {
    page += 1;
    io.showStatus?.(`page ${page} of ${total_pages}`);
    const rest = JSON.stringify({ source: 'import', sync_id, mode: 'full', page, total_pages });
    const body = Buffer.concat([Buffer.from(`${rest.slice(0, -1)},"add":`), add, Buffer.from('}')]);
    // A page counts once, so it may be sent again.
    const { replaced = false } = (await call(path, {
      method: 'post',
      body,
      again: true,
      withinMs: 120_000,
    }).catch((cause: unknown) => {
      if (page < total_pages)
        io.printError(
          `${page - 1} of ${total_pages} pages were sent. The audience is as it was; import the file again`,
        );
      throw cause;
    })) as { replaced?: boolean };
    isReplaced ||= replaced;
  };
  for await (const { add } of pagesOf(readMembers(file, column))) await send(add);
  if (members === 0) await send(Buffer.from('[]'));
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
async function* pagesOf(pieces: AsyncIterable<readonly FileMember[]>): AsyncGenerator<Page> {
  const list = Buffer.alloc(bytesAPage);
  // Each member begins with the comma or bracket before it; the last byte is for the bracket that ends the list.
  let [count, bytes] = [0, 0];
  const page = (): Page => {
    list[bytes] = endOfList;
    return { count, add: list.subarray(0, bytes + 1) };
  };
  for await (const members of pieces)
    for (const member of members) {
      const text = JSON.stringify(member);
      if (count === membersAPage || bytes + Buffer.byteLength(text) + 2 > bytesAPage) {
        yield page();
        [count, bytes] = [0, 0];
      }
      bytes += list.write((count === 0 ? '[' : ',') + text, bytes);
      count += 1;
    }
  if (count > 0) yield page();
}

const endOfList = ']'.charCodeAt(0);
