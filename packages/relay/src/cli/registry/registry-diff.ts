import type { EventMap, Events, Registry } from '@tracklayer/core';
import {
  diffRegistries,
  worstOf,
  type RegistryChange,
  type Severity,
} from '../../registry/diff-registries.ts';
import { dryRun, type DryRun } from '../../registry/dry-run.ts';
import { readRecording } from '../../registry/read-recording.ts';
import { exitCodes, type ExitCode } from '../io.ts';
import { readText } from '../read-text.ts';

/** How one registry differs from another; printed by `diff`, `push` and `rollback` with `--json`. */
export interface RegistryDiff {
  severity: Severity;
  changes: readonly RegistryChange[];
  dry_run?: DryRun;
}

interface Circumstances {
  /** The file of a recording to run through both. */
  recording: string | undefined;
  events: Events<EventMap> | undefined;
  /** Milliseconds since 1970. */
  now: number;
}

/** Compares two registries, and runs a recording through both where there is one. */
export function compareRegistries(
  before: Registry,
  after: Registry,
  { recording, events, now }: Circumstances,
): RegistryDiff {
  const changes = diffRegistries(before, after, now, events);
  const severities = changes.map(({ severity }) => severity);
  if (recording === undefined) return { severity: worstOf(severities), changes };
  const dry_run = dryRun(before, after, readRecording(readText(recording)), events);
  return { severity: worstOf([...severities, dry_run.severity]), changes, dry_run };
}

/** The exit code of a diff: careful changes count with `--strict` only. */
export const codeOf = ({ severity }: RegistryDiff, { strict }: { strict?: boolean }): ExitCode =>
  severity === 'careful' && !strict ? exitCodes.safe : exitCodes[severity];
