import { TrackLayerError, type EventMap, type Events, type Registry } from '@tracklayer/core';
import { readRegistryFile, type FileProblem } from '../../registry/read-registry-file.ts';
import { readText } from '../read-text.ts';

/** The registry of a file. @throws TrackLayerError `invalid_registry`, with a line for each problem. */
export function registryOf(path: string, events: Events<EventMap> | undefined): Registry {
  const read = readRegistryFile(readText(path), events);
  if ('registry' in read) return read.registry;
  throw new TrackLayerError('invalid_registry', describeProblems(path, read.problems));
}

/** Problems of a file for people, a line each: `registry.yaml:12:5 "Order Completed": properties.value is missing`. */
export function describeProblems(path: string, problems: readonly FileProblem[]): string {
  const count = problems.length === 1 ? 'one problem' : `${problems.length} problems`;
  const lines = problems.map(
    (problem) => `  ${path}:${problem.line}:${problem.column} ${describeProblem(problem)}`,
  );
  return [`${path} has ${count}`, ...lines].join('\n');
}

function describeProblem({ path, message, source_event }: FileProblem): string {
  const [, place, ...field] = path.split('.');
  if (place === undefined) return path ? `${path} ${message}` : message;
  const entry = source_event === undefined ? `entry ${Number(place) + 1}` : JSON.stringify(source_event);
  return field.length > 0 ? `${entry}: ${field.join('.')} ${message}` : `${entry} ${message}`;
}
