import type { CliIo } from '../io.ts';

/** Shows on a terminal how far an import came. */
export interface ImportProgress {
  /** How many bytes there are to read; nothing when nobody knows. */
  begin(totalBytes: number | undefined): void;
  row(label: string): void;
  read(bytes: number): void;
  /** Takes the line away. */
  end(): void;
}

const betweenLinesMs = 200;
// A clock read per row would cost more than many a row.
const rowsBetweenLooks = 100;

/** Progress of an import: rows, rate and time left on one line that is written over. */
export function createImportProgress(
  show: NonNullable<CliIo['showStatus']>,
  now: () => number,
): ImportProgress {
  let total: number | undefined;
  let startedAt = now();
  let shownAt = 0;
  let bytes = 0;
  let rows = 0;

  return {
    begin(totalBytes) {
      total = totalBytes;
      startedAt = now();
    },
    row(label) {
      if (++rows % rowsBetweenLooks !== 1) return;
      const at = now();
      if (at - shownAt < betweenLinesMs) return;
      shownAt = at;
      show(progressLine({ label, rows, bytes, total, elapsedMs: at - startedAt }));
    },
    read: (count) => void (bytes += count),
    end: () => show(''),
  };
}

interface Progress {
  label: string;
  rows: number;
  bytes: number;
  total: number | undefined;
  elapsedMs: number;
}

/** `Order Completed: 12,300 rows, 4,100 rows/s, 30 %, 7 s left`. */
export function progressLine({ label, rows, bytes, total, elapsedMs }: Progress): string {
  const seconds = elapsedMs / 1_000;
  const parts = [`${label}: ${rows.toLocaleString('en')} ${rows === 1 ? 'row' : 'rows'}`];
  // In the first second a rate says nothing yet.
  if (seconds >= 1) parts.push(`${Math.round(rows / seconds).toLocaleString('en')} rows/s`);
  if (total !== undefined && total > 0) {
    const share = Math.min(bytes / total, 1);
    parts.push(`${Math.floor(share * 100)} %`);
    if (seconds >= 1 && share > 0) parts.push(`${timeIn((seconds * (1 - share)) / share)} left`);
  }
  return parts.join(', ');
}

function timeIn(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3_600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3_600)} h ${Math.floor((whole % 3_600) / 60)} min`;
}
