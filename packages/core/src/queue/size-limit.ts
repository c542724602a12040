/** How large a request may be: what was asked for, or less after a 413 (docs/wire.md W-25). */
export interface SizeLimit {
  /** Bytes, at most. Grows back with time. */
  read(): number;
  /** A request of so many bytes was too large. */
  refused(bytes: number): void;
}

const restoreMs = 600_000;

export function createSizeLimit(maxBytes: number, now: () => number): SizeLimit {
  let bytes = maxBytes;
  let restoreAt = Infinity;
  return {
    read() {
      if (now() >= restoreAt) {
        bytes = Math.min(maxBytes, bytes * 2);
        restoreAt = bytes < maxBytes ? now() + restoreMs : Infinity;
      }
      return bytes;
    },
    refused(size) {
      bytes = Math.max(1, Math.ceil(size / 2));
      restoreAt = now() + restoreMs;
    },
  };
}
