import { library } from '../../tools/tsup.ts';

export default library({
  platform: 'neutral',
  entry: { index: 'src/index.ts', 'fake-heap': 'src/fake-heap/index.ts' },
});
