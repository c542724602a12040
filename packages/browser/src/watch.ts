export { countLabels, type LabelCountOptions } from './heap/watch/count-labels.ts';
export { watchSilence, type SilenceOptions } from './heap/watch/watch-silence.ts';
