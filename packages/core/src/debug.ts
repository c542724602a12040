import { attempt } from './event/attempt.ts';
import type { IdentifyInput, Receipt } from './options.ts';
import type { Transport, WireAnswer } from './transport/transport.ts';

/** Prints one line. */
export type Print = (line: string) => void;

/** The two calls that print, whatever events they take. */
export interface DebuggedCalls {
  capture(event: never): Receipt;
  identify(input: IdentifyInput): Receipt;
}

/** A client that prints each capture and identify, and what becomes of it. Ids and names only, never a property. */
export function debugClient<Debugged extends DebuggedCalls>(client: Debugged, print: Print): Debugged {
  const shown =
    <Input>(call: (input: Input) => Receipt, name?: string) =>
    (input: Input): Receipt => {
      const receipt = call(input);
      const what = `${name ?? attempt(() => String((input as { event?: unknown }).event))} ${receipt.event_id ?? '(refused)'}`;
      print(`TrackLayer captured ${what}`);
      void receipt
        .settled()
        .then((outcome) =>
          print(
            `TrackLayer settled ${what}: ${outcome.status === 'dropped' ? `dropped, ${outcome.reason}${outcome.detail ? `: ${outcome.detail}` : ''}` : outcome.status}`,
          ),
        );
      return receipt;
    };
  return {
    ...client,
    capture: shown(client.capture),
    identify: shown(client.identify, 'identify'),
  };
}

/** A transport that prints each request and its answer. */
export function debugTransport(transport: Transport, print: Print): Transport {
  return {
    endpoint: transport.endpoint,
    // Called on it: a transport may be an instance of a class.
    ...(transport.room && { room: () => transport.room!() }),
    close: () => transport.close?.(),
    async send(request, options) {
      const { kind, bytes, attempt: count, idempotency_key } = request;
      const id = idempotency_key.slice(-6);
      const startedAt = Date.now();
      print(
        `TrackLayer sends ${id}: ${kind} to ${transport.endpoint ?? 'the relay'}, ${bytes} bytes, attempt ${count}`,
      );
      const took = (): string => `${Date.now() - startedAt} ms`;
      try {
        const answer = await transport.send(request, options);
        print(`TrackLayer answer ${id}: ${answer.status} after ${took()}${verdictsIn(answer)}`);
        return answer;
      } catch (cause) {
        print(
          `TrackLayer answer ${id}: none after ${took()}, ${cause instanceof Error ? cause.message : String(cause)}`,
        );
        throw cause;
      }
    },
  };
}

/** `, 3 accepted, 1 rejected`: how many verdicts of each kind. */
function verdictsIn({ body }: WireAnswer): string {
  try {
    const { results, status } = JSON.parse(body) as { results?: { status?: unknown }[]; status?: unknown };
    const counts = new Map<string, number>();
    for (const { status: verdict } of results ?? [{ status }]) {
      if (typeof verdict === 'string') counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
    }
    return [...counts].map(([verdict, count]) => `, ${count} ${verdict}`).join('');
  } catch {
    return ', no JSON';
  }
}
