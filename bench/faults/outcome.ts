import { setTimeout as wait } from 'node:timers/promises';
import type { Chaos } from './chaos.ts';
import type { LedgerReport } from './ledger.ts';

/** One row of the table. */
export interface Outcome {
  scenario: string;
  captured: number;
  /** Captures that the server counted under exactly one id. */
  delivered: number;
  /** Not counted, but dropped with a word to the app. */
  told: number;
  /** Neither counted nor told. */
  lost: number;
  /** Counted under two ids, or sent again with another body. */
  doubled: number;
  /** Messages that travelled again, under the same id. */
  resent: number;
  /** From the end of the fault to the last message counted, in seconds. */
  recovery: number | undefined;
  /** Promises of this scenario alone that were not kept. */
  broken: string[];
  /** For the lines below the table. */
  notes: readonly string[];
}

/** What a scenario leaves to be judged. */
export interface Evidence {
  captured: ReadonlySet<string>;
  told: ReadonlyMap<string, string>;
  report: LedgerReport;
  /** When the fault ended, in milliseconds since 1970. */
  healedAt?: number | undefined;
  broken?: readonly string[] | undefined;
  notes?: readonly string[] | undefined;
}

export function judge(
  scenario: string,
  { captured, told, report, healedAt, broken = [], notes = [] }: Evidence,
): Outcome {
  const counted = new Map(report.counted);
  const arrived = [...captured].filter((mark) => counted.has(mark));
  const missing = [...captured].filter((mark) => !counted.has(mark));
  const unknown = [...counted.keys()].filter((mark) => !captured.has(mark));
  const twice = arrived.filter((mark) => counted.get(mark) !== 1);
  return {
    scenario,
    captured: captured.size,
    delivered: arrived.length - twice.length,
    told: missing.filter((mark) => told.has(mark)).length,
    lost: missing.filter((mark) => !told.has(mark)).length,
    doubled: twice.length + report.changed.length,
    resent: report.resent,
    recovery:
      healedAt === undefined || arrived.length === 0
        ? undefined
        : Math.max(0, report.lastAt - healedAt) / 1_000,
    broken: [...broken, ...(unknown.length > 0 ? [`${unknown.length} arrived that nobody captured`] : [])],
    notes,
  };
}

export const isKept = ({ lost, doubled, broken }: Outcome): boolean =>
  lost === 0 && doubled === 0 && broken.length === 0;

/** Resolves when each capture was counted or told, or when `withinMs` has passed. */
export async function allAccountedFor(
  chaos: Chaos,
  captured: () => ReadonlySet<string>,
  told: () => ReadonlyMap<string, string>,
  withinMs = 75_000,
): Promise<LedgerReport> {
  const giveUpAt = performance.now() + withinMs;
  for (;;) {
    const report = await chaos.report();
    const counted = new Map(report.counted);
    const isOver = [...captured()].every((mark) => counted.has(mark) || told().has(mark));
    if (isOver || performance.now() > giveUpAt) return report;
    await wait(50);
  }
}
