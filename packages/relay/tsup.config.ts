import { library } from '../../tools/tsup.ts';

export default library({
  platform: 'node',
  entry: { index: 'src/index.ts', cli: 'src/cli.ts', verify: 'src/verify.ts' },
});
