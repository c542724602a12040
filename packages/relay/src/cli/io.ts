/** Where a command reads and writes, so that tests can stand in. */
export interface CliIo {
  env: Readonly<Record<string, string | undefined>>;
  print(text: string): void;
  printError(text: string): void;
  /** A person reads what is printed. */
  isTerminal?: boolean | undefined;
  /** Shows one line in place of the last, empty to take it away; absent where no person watches a terminal. */
  showStatus?: ((line: string) => void) | undefined;
  /** Keeps memory small from here on; absent where the process does other work, too. */
  spareMemory?: (() => void) | undefined;
  fetch(request: Request): Promise<Response>;
  /** Milliseconds since 1970. */
  now(): number;
}

/** What a command ends with; see `tracklayer --help`. */
export const exitCodes = { safe: 0, careful: 1, breaking: 2, error: 3 } as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
