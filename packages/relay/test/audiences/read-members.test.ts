import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readMembers } from '../../src/cli/audiences/read-members.ts';
import { temporaryFolder } from '../temporary-folder.ts';

async function membersOf(name: string, content: string | Buffer, column?: string): Promise<string[]> {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, content);
  const ids: string[] = [];
  for await (const members of readMembers(path, column))
    ids.push(...members.map((member) => Object.values(member).join()));
  return ids;
}

test.each([
  ['a byte order mark and CRLF', 'p.csv', '\uFEFFuser_id,plan\r\nc1,pro\r\nc2,free\r\n', ['c1', 'c2']],
  ['quotes with line breaks', 'p.csv', 'note,user_id\n"two\nlines, ""said""",c1\n,c2', ['c1', 'c2']],
  ['accounts', 'p.csv', 'account_id\nacme1\n', ['acme1']],
  [
    'accounts and what is said of them',
    'p.csv',
    'account_id,company,company_domain,plan\nacme1,"Acme, Inc.",acme.example,pro\nglobex,,,free\n',
    ['acme1,Acme, Inc.,acme.example', 'globex'],
  ],
  ['no last line break', 'p.csv', 'user_id\nc1\nc2', ['c1', 'c2']],
  ['lines of JSON, some empty', 'p.ndjson', '{"user_id":"c1"}\n\n{"account_id":7}\n', ['c1', '7']],
  ['nobody', 'p.csv', 'user_id\n', []],
  ['spaces around names and ids', 'p.csv', ' user_id , plan\n c1 ,pro\n', ['c1']],
  ['empty lines', 'p.csv', '\n\nuser_id\n\nc1\n\n', ['c1']],
  ['CR alone', 'p.csv', '"user_id"\r"c1"\r"c2"\r', ['c1', 'c2']],
  ['users and their accounts', 'p.csv', 'account_id,user_id\nacme,c1\n', ['c1']],
  ['ids that look odd', 'p.csv', 'user_id\n007\n7\nc🙂3\nc 1\n', ['007', '7', 'c🙂3', 'c 1']],
  [
    'a byte order mark and CRLF, of JSON',
    'p.jsonl',
    '\uFEFF{"user_id":"c1"}\r\n{"user_id":2}\r\n',
    ['c1', '2'],
  ],
  ['an id twice, which counts once', 'p.csv', 'user_id\nc1\nc1\n', ['c1', 'c1']],
])('members are read from a file with %s', async (_, name, content, ids) => {
  expect(await membersOf(name, content)).toEqual(ids);
});

test('the column of the ids can be named', async () => {
  expect(await membersOf('p.csv', 'id,mail\nc1,x\n', 'id')).toEqual(['c1']);
});

test.each([
  ['UTF-16', 'p.csv', Buffer.from('\uFEFFuser_id\nc1\n', 'utf16le'), /UTF-16/],
  ['a column that is missing', 'p.csv', 'name\nJane\n', /line 1: it has no column user_id or account_id/],
  ['a last line that is cut off', 'p.csv', 'user_id,plan,country\nc1,pro,DE\nc2,pr', /line 3: .*cut off/],
  ['a quote that is not closed', 'p.csv', 'user_id\n"c1\nc2\n', /a quote is not closed/],
  ['an empty id', 'p.csv', 'user_id,plan\nc1,pro\n,pro\n', /line 3: it has no user_id/],
  [
    'a company of 257 characters',
    'p.csv',
    `account_id,company\na,${'Jane'.repeat(65)}\n`,
    /line 2: company must/,
  ],
  ['an address', 'p.csv', 'user_id\njane@example.com\n', /line 2: the id is an e-mail address/],
  ['nothing in it', 'p.csv', '', /line 1: the file is empty/],
  ['another header alone', 'p.csv', 'mail\n', /line 1: it has no column user_id or account_id/],
  ['another case', 'p.csv', 'User_ID\nJane\n', /no column user_id .*--column/],
  ['semicolons', 'p.csv', 'user_id;plan\nc1;pro\n', /no column user_id .*commas must stand between/],
  ['tabs', 'p.csv', 'user_id\tplan\nc1\tpro\n', /no column user_id .*commas must stand between/],
  ['its column twice', 'p.csv', 'user_id,user_id\nc1,c2\n', /line 1: the column user_id is there twice/],
  [
    'a user without an id, whose account has one',
    'p.csv',
    'user_id,account_id\nc1,acme\n,acme\n',
    /line 3: it has no user_id/,
  ],
  ['Latin-1', 'p.csv', Buffer.from('user_id\nc1\nJane\xe9\n', 'latin1'), /line 3: the id is not UTF-8/],
  ['Latin-1 in JSON', 'p.ndjson', Buffer.from('{"user_id":"Jane\xe9"}', 'latin1'), /line 1: .*not UTF-8/],
  ['bytes of an archive', 'p.csv', Buffer.from([0x1f, 0x8b, 8, 0, 0]), /compressed, or not text/],
  ['a quote inside a value', 'p.csv', 'user_id\nc"Jane\n', /line 2: a quote stands inside a value/],
  ['something after a quote', 'p.csv', 'user_id\n"c1"Jane\n', /line 2: something follows a closing quote/],
  ['a line break in an id', 'p.csv', 'user_id\n"c\n1"\n', /line 3: the id contains control characters/],
  [
    'a line of two million characters',
    'p.csv',
    `user_id\nc1\n${'Jane'.repeat(500_000)}`,
    /line 3: .*over 1000000/,
  ],
  [
    'a line of two million, in JSON',
    'p.ndjson',
    `{"user_id":"c1"}\n${'x'.repeat(2e6)}`,
    /line 2: .*over 1000000/,
  ],
  ['an array', 'p.ndjson', '[{"user_id":"Jane"}]\n', /line 1: it has no user_id or account_id/],
  ['a list for an id', 'p.ndjson', '{"user_id":["Jane"]}\n', /line 1: the id must be text, got a list/],
  ['nobody named, beside an account', 'p.ndjson', '{"user_id":null,"account_id":"a"}\n', /got null/],
  ['a number that lost digits', 'p.ndjson', '{"user_id":9007199254740993}\n', /line 1: the id must be text/],
  ['its objects in one document', 'p.json', '[{"user_id":"Jane"}]', /name it \.ndjson/],
  ['an object that is cut off', 'p.ndjson', '{"user_id":"c1"}\n{"user_id":"c', /line 2: .*cut off/],
])('a file with %s is refused with its line, and none of it is shown', async (_, name, content, why) => {
  const reading = membersOf(name, content);
  await expect(reading).rejects.toThrow(why);
  await expect(reading).rejects.toThrow(/Nothing was sent/);
  await expect(reading).rejects.not.toThrow(/jane|Jane/);
});
