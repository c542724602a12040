import { destinations as builtIn, type AnyDestination, type Field } from '@tracklayer/destinations';
import { startSandbox, type Sandbox } from '@tracklayer/destinations/sandbox';
import type { Command } from 'commander';
import type { CliIo } from '../io.ts';
import { portFault } from '../port-fault.ts';

/** Adds `tracklayer sandbox`. */
export function addSandboxCommand(program: Command, { print }: CliIo): void {
  program
    .command('sandbox')
    .description('stand-ins of all platforms on this machine, as strict as the true ones')
    .option('--port <port>', '0 picks a free one', '8788')
    .option('--chaos <percent>', 'the share of requests that fail, in every temporary way', '0')
    .action(async ({ port, chaos }: { port: string; chaos: string }) => {
      const sandbox = await startSandbox({
        port: Number(port),
        onRequest({ type, path, status }) {
          const { length } = sandbox.accepted(type);
          print(`${type.padEnd(10)} ${status}  ${path}${length > 0 ? `  (${length} accepted so far)` : ''}`);
        },
      }).catch((cause: unknown) => {
        throw portFault(cause, '127.0.0.1', Number(port)) ?? cause;
      });
      sandbox.chaos(Number(chaos) / 100);
      print(`TrackLayer sandbox listens on ${sandbox.url}`);
      const { destinations, variables } = configFor(sandbox);
      print('\nA tracklayer.config.json that sends to all of it:\n');
      print(JSON.stringify({ destinations }, undefined, 2));
      print('\nand its secrets, for the shell that runs `tracklayer serve`:\n');
      for (const [name, value] of Object.entries(variables)) print(`export ${name}='${value}'`);
      print(`\nWhat each platform has, records and members of lists: ${sandbox.url}/`);
      for (const signal of ['SIGINT', 'SIGTERM'] as const)
        process.once(signal, () => {
          sandbox.close().catch(() => (process.exitCode = 1));
        });
    });
}

const isSecret = (type: string, setting: string): boolean => {
  const { settings }: AnyDestination = builtIn[type as keyof typeof builtIn];
  return (settings as Readonly<Record<string, Field>>)[setting]?.kind === 'secret';
};

/** The sandbox's settings as a file says them: what is a secret elsewhere is one here, too, under a variable's name. */
function configFor({ settings }: Sandbox): {
  destinations: Record<string, object>;
  variables: Record<string, string>;
} {
  const variables: Record<string, string> = {};
  const nameOf = (type: string, setting: string): string =>
    `SANDBOX_${type}_${setting.replace(/[A-Z]/g, (letter) => `_${letter}`)}`.toUpperCase();
  const destinations = Object.entries(settings).map(([type, given]) => {
    const said = Object.entries(given as Record<string, unknown>).map(([setting, value]) => {
      if (!isSecret(type, setting)) return [setting, value] as const;
      const name = nameOf(type, setting);
      variables[name] = String(value);
      return [setting, { env: name }] as const;
    });
    return [type, Object.fromEntries(said)] as const;
  });
  return { destinations: Object.fromEntries(destinations), variables };
}
