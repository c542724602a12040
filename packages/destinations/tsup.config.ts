import { library } from '../../tools/tsup.ts';

export default library({
  platform: 'node',
  entry: { index: 'src/index.ts', sandbox: 'src/sandbox/index.ts', suite: 'src/suite.ts' },
});
