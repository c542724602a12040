// The limits of docs/wire.md §7, in one place for everyone who keeps them. Bytes are UTF-8.

/** Bytes of one event or identify in full. */
export const maxMessageBytes = 40_960;
/** Bytes of `properties`, `traits` or `context`. */
export const maxPropertiesBytes = 32_768;
/** Keys and list items of `properties`, `traits` or `context`, all levels together. */
export const maxKeys = 2_000;
/** Levels of nesting of `properties`, `traits` or `context`. */
export const maxDepth = 8;
/** Messages of one request, as servers accept it. */
export const maxBatchEvents = 500;
/** Bytes of one request after decompression, as servers accept it. */
export const maxBodyBytes = 1_048_576;
/** Bytes of an answer that clients read (W-28). */
export const maxAnswerBytes = 1_048_576;
