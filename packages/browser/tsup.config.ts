import { library } from '../../tools/tsup.ts';

export default library({
  platform: 'neutral',
  entry: { index: 'src/index.ts', trace: 'src/trace.ts', autocapture: 'src/autocapture.ts' },
  global: 'TrackLayer',
});
