// Forked by deliver.ts: stand-ins of all platforms, in a process of their own. Any message is answered with how many
// requests each platform had, and how many records it took.
import { startSandbox, type SandboxType } from '@tracklayer/destinations/sandbox';

const sandbox = await startSandbox();
const types = Object.keys(sandbox.settings) as SandboxType[];
process.send?.({ settings: sandbox.settings });
process.on('message', () => {
  const counts = types.map((type) => [type, sandbox.requests(type), sandbox.accepted(type).length]);
  process.send?.({ counts });
});
process.on('disconnect', () => process.exit());
