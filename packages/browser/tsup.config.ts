import { library } from '../../tools/tsup.ts';

export default library({ platform: 'neutral', global: 'TrackLayer' });
