import { createReadStream } from 'node:fs';
import { TrackLayerError, type JsonObject } from '@tracklayer/core';
import { problemOfPersonId } from '@tracklayer/core/adapter';
import { parse } from 'csv-parse';
import { accountTraitsIn, isAccountTrait } from '../../store/account-traits.ts';

/** A member of a file, as W-33 says one. */
export type FileMember =
  | { user_id: string }
  | { account_id: string; company?: string | null; company_domain?: string | null };

const columns = ['user_id', 'account_id'] as const;

/**
 * Reads the members of `people.csv` (a column `user_id` or `account_id`, or the one of `column`) or `people.ndjson` (an
 * object with one of the two a line), line by line. Of an account also `company` and `company_domain`.
 *
 * @throws TrackLayerError `invalid_options` with the line's number, and never its content.
 */
export async function* readMembers(path: string, column?: string): AsyncGenerator<FileMember> {
  const fault = (line: number, what: string): TrackLayerError =>
    new TrackLayerError('invalid_options', `${path}, line ${line}: ${what}. Nothing was sent`);
  const memberOf = (line: number, fields: Readonly<Record<string, unknown>>): FileMember => {
    const name = column ?? columns.find((one) => fields[one] !== undefined && fields[one] !== '');
    const value = name === undefined ? undefined : fields[name];
    if (value === undefined || value === '')
      throw fault(line, `there is no ${column ?? 'user_id or account_id'}`);
    const id = typeof value === 'number' ? String(value) : value;
    const problem = problemOfPersonId(id);
    if (problem) throw fault(line, `the id ${problem.message}`);
    if (name !== 'account_id') return { user_id: id as string };
    const said = Object.entries(accountTraitsIn(fields as JsonObject)).filter(([, text]) => text !== '');
    const wrongly = said.find(([, text]) => !isAccountTrait(text));
    if (wrongly) throw fault(line, `${wrongly[0]} must be a text of at most 256 characters`);
    return { account_id: id as string, ...Object.fromEntries(said) };
  };
  const isLines = /\.(ndjson|jsonl)$/i.test(path);
  const file = createReadStream(path);
  let line = 0;
  try {
    const bytes = refuseUtf16(file, path);
    if (isLines) {
      for await (const text of linesOf(bytes)) {
        line += 1;
        if (text.trim() === '') continue;
        yield memberOf(
          line,
          objectOf(text) ?? raise(fault(line, 'must be a JSON object; it is not, or it is cut off')),
        );
      }
      return;
    }
    const parser = parse({ bom: true, columns: true, info: true, skip_empty_lines: true, trim: true });
    void feed(bytes, parser);
    for await (const { record, info } of parser as AsyncIterable<{
      record: Readonly<Record<string, string>>;
      info: { lines: number };
    }>) {
      const wanted = column === undefined ? columns : [column];
      line = info.lines;
      if (!wanted.some((name) => Object.hasOwn(record, name)))
        throw fault(1, `there is no column ${wanted.join(' or ')}; name it with --column`);
      yield memberOf(line, record);
    }
  } catch (cause) {
    throw known(cause, path, fault, line);
  } finally {
    file.destroy();
  }
}

async function feed(bytes: AsyncIterable<Buffer>, parser: ReturnType<typeof parse>): Promise<void> {
  try {
    for await (const chunk of bytes)
      if (!parser.write(chunk)) await new Promise((resolve) => void parser.once('drain', resolve));
    parser.end();
  } catch (cause) {
    parser.destroy(cause as Error);
  }
}

async function* refuseUtf16(file: AsyncIterable<Buffer>, path: string): AsyncGenerator<Buffer> {
  let isFirst = true;
  for await (const chunk of file) {
    const [a, b] = chunk;
    if (isFirst && ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff) || chunk.includes(0)))
      throw new TrackLayerError('invalid_options', `${path} is UTF-16; save it as UTF-8. Nothing was sent`);
    isFirst = false;
    yield chunk;
  }
}

async function* linesOf(bytes: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of bytes) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = parts.pop() ?? '';
    yield* parts;
  }
  if (rest !== '') yield rest;
}

function objectOf(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function raise(error: Error): never {
  throw error;
}

/** The parser quotes the line in its message; only the place and the kind are ours to repeat. */
function known(
  cause: unknown,
  path: string,
  fault: (line: number, what: string) => TrackLayerError,
  line: number,
): unknown {
  if (cause instanceof TrackLayerError || !(cause instanceof Error) || !('code' in cause)) return cause;
  const code = String(cause.code);
  if (!code.startsWith('CSV_'))
    return new TrackLayerError('invalid_options', `${path} cannot be read (${code})`, { cause });
  const at = 'lines' in cause ? Number(cause.lines) : line;
  return fault(
    at,
    code === 'CSV_QUOTE_NOT_CLOSED'
      ? 'a quote is not closed'
      : 'it has another number of columns, or is cut off',
  );
}
