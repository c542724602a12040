import type { Platform, SandboxAnswer } from './platform.ts';

/**
 * What a sandbox does in place of its answer. `refused` and `answer_lost`: the connection breaks before, or after the
 * records were taken · `cut`, `html`: a body that no platform wrote · `server_error`: 503 · `throttled`,
 * `unauthorized` (every token ends), `sunset`: in the platform's own words · or any answer.
 */
export type SandboxFault =
  | 'refused'
  | 'answer_lost'
  | 'cut'
  | 'html'
  | 'server_error'
  | 'throttled'
  | 'unauthorized'
  | 'sunset'
  | SandboxAnswer;

/** The faults that pass by themselves, as chaos draws them. */
export const passingFaults = ['refused', 'answer_lost', 'cut', 'html', 'server_error', 'throttled'] as const;

/** Records are taken although the sender will not hear of it. */
export const isAfterwards = (fault: SandboxFault): boolean => fault === 'answer_lost' || fault === 'cut';

/** The answer that a fault gives; nothing where the connection breaks. */
export function answerOfFault(
  fault: SandboxFault,
  platform: Platform,
): (SandboxAnswer & { text?: string }) | undefined {
  switch (fault) {
    case 'refused':
    case 'answer_lost':
      return undefined;
    case 'cut':
      return { status: 200, text: '{"events_received":' };
    case 'html':
      return { status: 200, text: '<html><body>Sign in to the network</body></html>' };
    case 'server_error':
      return { status: 503, body: { message: 'the service is not available' } };
    case 'throttled':
    case 'unauthorized':
    case 'sunset':
      return platform[fault];
    default:
      return fault;
  }
}
