import { createReadStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { TrackLayerError, type JsonObject } from '@tracklayer/core';
import { problemOfPersonId } from '@tracklayer/core/adapter';
import { parse } from 'csv-parse';
import { accountTraitsIn, isAccountTrait } from '../../store/account-traits.ts';

/** A member of a file, as W-33 says one. */
export type FileMember =
  | { user_id: string }
  | { account_id: string; company?: string | null; company_domain?: string | null };

const columns = ['user_id', 'account_id'] as const;
/** Characters of one line: more is not a line of members, and must not fill the memory. */
const longestLine = 1_000_000;
const tooLong = `is over ${longestLine} characters`;

/** Bytes that are read at once. The members in them are held together, so more would only hold more. */
const bytesAPiece = 16_384;

/**
 * Reads the members of `people.csv` (a column `user_id` or `account_id`, or the one of `column`) or `people.ndjson` (an
 * object with one of the two a line), a piece of the file at a time. Of an account also `company` and `company_domain`.
 *
 * @returns the members of each piece, in order.
 * @throws TrackLayerError `invalid_options` with the line's number, and never its content.
 */
export async function* readMembers(path: string, column?: string): AsyncGenerator<readonly FileMember[]> {
  const fault = (line: number, what: string): TrackLayerError =>
    new TrackLayerError('invalid_options', `${path}, line ${line}: ${what}. Nothing was sent`);
  if (/\.json$/i.test(path)) throw fault(1, 'a .json file cannot be read by the line; name it .ndjson');
  const isLines = /\.(ndjson|jsonl)$/i.test(path);
  const file = createReadStream(path, { highWaterMark: bytesAPiece });
  try {
    const bytes = refuseUtf16(file, path);
    yield* isLines ? membersOfLines(bytes, column, fault) : membersOfCsv(bytes, column, fault);
  } catch (cause) {
    throw known(cause, path, fault);
  } finally {
    file.destroy();
  }
}

/** The fault of a line, as it is reported. */
type Fault = (line: number, what: string) => TrackLayerError;

async function* membersOfLines(
  bytes: AsyncIterable<Buffer>,
  column: string | undefined,
  fault: Fault,
): AsyncGenerator<readonly FileMember[]> {
  let line = 0;
  for await (const texts of linesOf(bytes)) {
    const members: FileMember[] = [];
    for (const text of texts) {
      line += 1;
      if (text === undefined) throw fault(line, tooLong);
      if (text.trim() === '') continue;
      const fields = objectOf(text);
      if (!fields) throw fault(line, 'must be a JSON object; it is not, or it is cut off');
      const name = column ?? columns.find((one) => fields[one] !== undefined);
      members.push(memberOf(fields, name, (what) => fault(line, what)));
    }
    yield members;
  }
}

async function* membersOfCsv(
  bytes: AsyncIterable<Buffer>,
  column: string | undefined,
  fault: Fault,
): AsyncGenerator<readonly FileMember[]> {
  let name: string | undefined;
  let members: FileMember[] = [];
  const parser = parse({
    bom: true,
    columns: (header: string[]) => {
      name = columnOf(header, column, (what) => fault(1, what));
      return header;
    },
    max_record_size: longestLine,
    // Taken here and not from the stream, which would hold each with a promise of its own.
    on_record: (record: Readonly<Record<string, string>>, { lines }) => {
      members.push(memberOf(record, name, (what) => fault(lines, what)));
      return null;
    },
    skip_empty_lines: true,
    trim: true,
  });
  const isOver = finished(parser.resume());
  // A fault is reported by the piece that has it.
  isOver.catch(() => {});
  const taken = (): readonly FileMember[] => {
    const all = members;
    members = [];
    return all;
  };
  for await (const piece of bytes) {
    await new Promise<void>((resolve, reject) => {
      parser.write(piece, (cause) => (cause ? reject(cause) : resolve()));
    });
    yield taken();
  }
  parser.end();
  await isOver;
  yield taken();
  if (name === undefined) throw fault(1, 'the file is empty, without a line of column names');
}

/** Picks the column of the ids, one for the whole file: a user without an id must not stand for all of their account. */
function columnOf(
  header: readonly string[],
  column: string | undefined,
  fault: (what: string) => TrackLayerError,
): string {
  const wanted = column === undefined ? columns : [column];
  const name = wanted.find((one) => header.includes(one));
  if (name === undefined) {
    const hint = header.some((text) => /[;\t|]/.test(text))
      ? 'commas must stand between columns'
      : 'name it with --column';
    throw fault(`it has no column ${wanted.join(' or ')}; ${hint}`);
  }
  if (header.filter((one) => one === name).length > 1) throw fault(`the column ${name} is there twice`);
  return name;
}

function memberOf(
  fields: Readonly<Record<string, unknown>>,
  name: string | undefined,
  fault: (what: string) => TrackLayerError,
): FileMember {
  const value = name === undefined ? undefined : fields[name];
  if (value === undefined || value === '') throw fault(`it has no ${name ?? 'user_id or account_id'}`);
  // A longer number has lost digits when it was read, and names somebody else.
  const id = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value;
  const problem = problemOfPersonId(id);
  if (typeof id !== 'string' || problem) throw fault(`the id ${problem?.message ?? 'must be text'}`);
  if (id.includes('\uFFFD')) throw fault('the id is not UTF-8; save the file as UTF-8');
  if (name !== 'account_id') return { user_id: id };
  const said = Object.entries(accountTraitsIn(fields as JsonObject)).filter(([, text]) => text !== '');
  const wrongly = said.find(([, text]) => !isAccountTrait(text));
  if (wrongly) throw fault(`${wrongly[0]} must be a text of at most 256 characters`);
  return { account_id: id, ...Object.fromEntries(said) };
}

async function* refuseUtf16(file: AsyncIterable<Buffer>, path: string): AsyncGenerator<Buffer> {
  let isFirst = true;
  for await (const chunk of file) {
    const [a, b] = chunk;
    if (isFirst && ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff)))
      throw new TrackLayerError('invalid_options', `${path} is UTF-16; save it as UTF-8. Nothing was sent`);
    if (isFirst && chunk.includes(0))
      throw new TrackLayerError(
        'invalid_options',
        `${path} is UTF-16, compressed, or not text; save it as UTF-8. Nothing was sent`,
      );
    isFirst = false;
    yield chunk;
  }
}

/** The lines of each piece; nothing in place of one that is too long to be one, the last. */
async function* linesOf(bytes: AsyncIterable<Buffer>): AsyncGenerator<readonly (string | undefined)[]> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const piece of bytes) {
    const lines = (rest + decoder.decode(piece, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    yield lines;
    if (rest.length > longestLine) {
      yield [undefined];
      return;
    }
  }
  if (rest !== '') yield [rest];
}

function objectOf(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

const faultsOfCsv: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'a quote is not closed',
  CSV_INVALID_CLOSING_QUOTE: 'something follows a closing quote',
  INVALID_OPENING_QUOTE: 'a quote stands inside a value; quote the value, and double the quote',
  CSV_MAX_RECORD_SIZE: `${tooLong}, or a quote is not closed`,
};

/** The parser quotes the line in its message; only the place and the kind are ours to repeat. */
function known(cause: unknown, path: string, fault: Fault): unknown {
  if (cause instanceof TrackLayerError || !(cause instanceof Error) || !('code' in cause)) return cause;
  const code = String(cause.code);
  const isOfCsv = code.startsWith('CSV_') || Object.hasOwn(faultsOfCsv, code);
  if (!isOfCsv) return new TrackLayerError('invalid_options', `${path} cannot be read (${code})`, { cause });
  const at = 'lines' in cause ? Number(cause.lines) : 1;
  return fault(at, faultsOfCsv[code] ?? 'it has another number of columns, or is cut off');
}
