import { library } from '../../tools/tsup.ts';

export default library({
  platform: 'neutral',
  entry: {
    index: 'src/index.ts',
    autocapture: 'src/autocapture.ts',
    hash: 'src/hash.ts',
    trace: 'src/trace.ts',
  },
  global: { name: 'TrackLayer', entry: { index: 'src/index.ts', full: 'src/full.ts' } },
});
