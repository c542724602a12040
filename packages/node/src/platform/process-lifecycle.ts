/** What a client does at the end of its process. */
export interface ProcessEnd {
  /** Nothing is left to do for the process: its loop is empty. */
  drain(): void;
  /** The process ends now, whatever is left. */
  exit(): void;
  /** A signal asks the process to stop. Absent where signals are the app's to handle. */
  close?: (() => Promise<unknown>) | undefined;
}

// Listeners belong to the process, so this set does too: one listener for any number of clients, none without a client.
const ends = new Set<ProcessEnd>();
const signals = ['SIGTERM', 'SIGINT'] as const;
const handlesSignals = (): boolean => [...ends].some(({ close }) => close);

function drainAll(): void {
  for (const { drain } of ends) drain();
}

function exitAll(): void {
  for (const { exit } of ends) exit();
}

function closeAll(signal: NodeJS.Signals): void {
  void closeEach().then(() => raiseAgain(signal));
}

async function closeEach(): Promise<void> {
  await Promise.allSettled([...ends].map(async ({ close }) => close?.()));
}

/** Our listener kept the signal from ending the process. Where nobody else listens, it does so now. */
function raiseAgain(signal: NodeJS.Signals): void {
  for (const name of signals) process.off(name, closeAll);
  if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
}

/** Takes part in the end of the process until the returned function is called. */
export function atProcessEnd(end: ProcessEnd): () => void {
  // Workers have Node's modules and no process that ends.
  if (typeof process.on !== 'function') return () => {};
  if (ends.size === 0) process.on('beforeExit', drainAll).on('exit', exitAll);
  if (end.close && !handlesSignals()) for (const signal of signals) process.on(signal, closeAll);
  ends.add(end);
  return () => {
    ends.delete(end);
    if (ends.size === 0) process.off('beforeExit', drainAll).off('exit', exitAll);
    if (!handlesSignals()) for (const signal of signals) process.off(signal, closeAll);
  };
}
