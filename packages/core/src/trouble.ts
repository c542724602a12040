import type { ErrorCode } from './errors.ts';
import type { Answer } from './event/answer.ts';
import type { Reporter } from './reporter.ts';

/** Failures on the way to the server, reported to the app. */
export interface Troubles {
  /** The last one in words; empty when there was none. */
  last: string;
  /** @param failures - how many in a row. */
  met(answer: Answer, failures: number): void;
}

export function createTroubles(report: Reporter['report'], endpoint: string | undefined): Troubles {
  const troubles: Troubles = {
    last: '',
    met(answer, failures) {
      const trouble = describeTrouble(answer, endpoint);
      if (!trouble) return;
      const { code, detail, cause } = trouble;
      troubles.last = detail;
      // A single failure is nothing: the next attempt is under way within a second.
      if (code !== 'unreachable' || failures > 1) report(code, `${detail}. ${areKept}`, cause, '');
    },
  };
  return troubles;
}

/** Added while events wait: not true any more of those that end with their client. */
const areKept = 'Events are kept and retried';

/** An answer that delivers nothing, in words; `undefined` for one that is about a single message. */
function describeTrouble(
  answer: Answer,
  endpoint = 'the relay',
): { code: ErrorCode; detail: string; cause?: unknown } | undefined {
  switch (answer.type) {
    case 'unreachable': {
      const { cause } = answer;
      const why = cause instanceof Error ? cause.message : String(cause);
      return { code: 'unreachable', detail: `${endpoint} gave no answer: ${why}`, cause };
    }
    case 'later':
      return { code: 'unreachable', detail: `${endpoint} responds with ${answer.status}` };
    case 'no_verdict':
      return {
        code: 'no_verdict',
        detail: `${endpoint} responds with ${answer.status} and names no event (a captive portal or proxy?)`,
      };
    case 'setup':
    case 'bad_request': {
      const what = answer.status ? `responds with ${answer.status}` : 'redirects';
      const why = answer.detail ? `: ${answer.detail}` : '';
      return { code: 'setup', detail: `${endpoint} ${what}${why}. Check endpoint, paths and key` };
    }
    default:
      return undefined;
  }
}

/** @param lost - how many end with their client. @param kept - how many a store holds. @param why - the last trouble. */
export function describeUndelivered(lost: number, kept: number, why: string): string {
  const what = [
    lost > 0 &&
      `events lost: ${lost}, undelivered when the client ended. Give flush() or close() more time, or keep events in a spool`,
    kept > 0 && `events stored: ${kept}, undelivered yet; the next start sends them`,
  ];
  return [...what, why].filter(Boolean).join('. ');
}
