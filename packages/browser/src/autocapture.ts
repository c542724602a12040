export { autocapture, type Autocapture, type AutocaptureOptions } from './heap/autocapture/autocapture.ts';
