import { forEach, type Sql } from './sql.ts';

const selectUsers = forEach(
  { environment: 'text', account: 'text' },
  (input) => `
  SELECT account_users.account, account_users.person FROM ${input} JOIN account_users
    ON account_users.environment = input.environment AND account_users.account = input.account`,
);

/** The users of accounts. */
export async function readAccountUsers(
  sql: Sql,
  environment: string,
  accounts: readonly string[],
): Promise<string[]> {
  const rows = await sql.each(
    selectUsers,
    accounts.map((account) => ({ environment, account })),
  );
  return [...new Set(rows.map((row) => String(row['person'])))];
}
