import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readMembers } from '../../src/cli/audiences/read-members.ts';
import { temporaryFolder } from '../temporary-folder.ts';

async function membersOf(name: string, content: string | Buffer, column?: string): Promise<string[]> {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, content);
  const ids: string[] = [];
  for await (const member of readMembers(path, column)) ids.push(Object.values(member).join());
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
])('members are read from a file with %s', async (_, name, content, ids) => {
  expect(await membersOf(name, content)).toEqual(ids);
});

test('the column of the ids can be named', async () => {
  expect(await membersOf('p.csv', 'id,mail\nc1,x\n', 'id')).toEqual(['c1']);
});

test.each([
  ['UTF-16', 'p.csv', Buffer.from('\uFEFFuser_id\nc1\n', 'utf16le'), /UTF-16/],
  ['a column that is missing', 'p.csv', 'name\nJane\n', /line 1: there is no column user_id or account_id/],
  ['a last line that is cut off', 'p.csv', 'user_id,plan,country\nc1,pro,DE\nc2,pr', /line 3: .*cut off/],
  ['a quote that is not closed', 'p.csv', 'user_id\n"c1\nc2\n', /a quote is not closed/],
  ['an empty id', 'p.csv', 'user_id,plan\nc1,pro\n,pro\n', /line 3: there is no user_id/],
  [
    'a company of 257 characters',
    'p.csv',
    `account_id,company\na,${'Jane'.repeat(65)}\n`,
    /line 2: company must/,
  ],
  ['an address', 'p.csv', 'user_id\njane@example.com\n', /line 2: the id is an e-mail address/],
  ['an object that is cut off', 'p.ndjson', '{"user_id":"c1"}\n{"user_id":"c', /line 2: .*cut off/],
])('a file with %s is refused with its line, and none of it is shown', async (_, name, content, why) => {
  const reading = membersOf(name, content);
  await expect(reading).rejects.toThrow(why);
  await expect(reading).rejects.toThrow(/Nothing was sent/);
  await expect(reading).rejects.not.toThrow(/jane|Jane/);
});
