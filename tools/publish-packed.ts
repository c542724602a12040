import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mustRun } from './run-command.ts';

/**
 * Packs the packages in `folders` and publishes them to the registry `to`, which must not ask for a password.
 *
 * @param options.work - an existing folder for the tarballs.
 */
export async function publishPacked(
  folders: readonly string[],
  { to, work }: { to: string; work: string },
): Promise<void> {
  const tarballs = join(work, 'tarballs');
  const npmrc = join(work, 'npmrc');
  // npm does not publish without a token; a registry on loopback does not read it.
  writeFileSync(npmrc, `registry=${to}\n//${new URL(to).host}/:_authToken=none\n`);
  for (const folder of folders) await mustRun('pnpm', ['pack', '--pack-destination', tarballs], folder);
  for (const tarball of readdirSync(tarballs)) {
    // Only a build server can state where a package came from.
    const args = ['publish', join(tarballs, tarball), '--provenance=false'];
    await mustRun('npm', args, work, { NPM_CONFIG_USERCONFIG: npmrc });
  }
}
