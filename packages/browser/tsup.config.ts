import { library } from '../../tools/tsup.ts';

export default library({
  platform: 'neutral',
  page: [
    {
      index: 'src/index.ts',
      autocapture: 'src/autocapture.ts',
      consent: 'src/consent.ts',
      hash: 'src/hash.ts',
      registry: 'src/registry.ts',
      watch: 'src/watch.ts',
    },
  ],
  entry: {
    index: 'src/index.ts',
    autocapture: 'src/autocapture.ts',
    consent: 'src/consent.ts',
    hash: 'src/hash.ts',
    heap: 'src/heap.ts',
    react: 'src/react.ts',
    registry: 'src/registry.ts',
    trace: 'src/trace.ts',
    watch: 'src/watch.ts',
  },
  global: { name: 'TrackLayer', entry: { index: 'src/index.ts', full: 'src/full.ts' } },
});
