import { startSandbox, type SandboxType } from '@tracklayer/destinations/sandbox';
import type { Command } from 'commander';
import type { CliIo } from '../io.ts';

/** Adds `tracklayer sandbox`. */
export function addSandboxCommand(program: Command, { print }: CliIo): void {
  program
    .command('sandbox')
    .description('stand-ins of all platforms on this machine, as strict as the true ones')
    .option('--port <port>', '0 takes a free one', '8788')
    .option('--chaos <percent>', 'a share of the requests fails, in every way that passes by itself', '0')
    .action(async ({ port, chaos }: { port: string; chaos: string }) => {
      const sandbox = await startSandbox({
        port: Number(port),
        onRequest: ({ type, path, status }) =>
          print(`${type.padEnd(10)} ${status}  ${path}  (${sandbox.accepted(type).length} accepted so far)`),
      });
      sandbox.chaos(Number(chaos) / 100);
      print(`TrackLayer sandbox listens on ${sandbox.url}`);
      print(
        'A tracklayer.config.json that sends to all of it, with TRACKLAYER_SANDBOX_SECRET=sandbox in the environment:',
      );
      print(JSON.stringify({ destinations: configFor(sandbox.url) }, undefined, 2));
      for (const signal of ['SIGINT', 'SIGTERM'] as const)
        process.once(signal, () => {
          sandbox.close().catch(() => (process.exitCode = 1));
        });
    });
}

/** Settings by file: what is a secret elsewhere is one here, too. */
function configFor(url: string): Partial<Record<SandboxType, object>> {
  const secret = { env: 'TRACKLAYER_SANDBOX_SECRET' };
  return {
    meta: { endpoint: `${url}/meta`, dataset: '1', token: secret },
    ga4: { endpoint: `${url}/ga4`, measurementId: 'G-SANDBOX', apiSecret: secret },
    linkedin: { endpoint: `${url}/linkedin`, rules: { purchase: '7', sign_up: '8' }, token: secret },
    hubspot: { endpoint: `${url}/hubspot`, token: secret, userIdProperty: 'tracklayer_user_id' },
    salesforce: {
      endpoint: `${url}/salesforce`,
      instanceUrl: 'https://sandbox.my.salesforce.com',
      object: 'TrackLayer_Customer__c',
      externalId: 'User_Id__c',
      clientId: 'sandbox',
      clientSecret: secret,
    },
    tiktok: { endpoint: `${url}/tiktok`, pixel: 'SANDBOX', token: secret },
    heap: { endpoint: `${url}/heap`, appId: '11' },
  };
}
