import { sep } from 'node:path';
import ts from 'typescript';

/** What the compiler has to say of a file. */
export interface TypeProblem {
  path: string;
  /** With all that follows from it, a line each. */
  message: string;
}

/**
 * Compiles files that need not be on any disk, `{ path: text }`, beside packages that are. What these import is checked
 * elsewhere.
 */
export function typeProblems(
  files: Readonly<Record<string, string>>,
  options: ts.CompilerOptions,
): TypeProblem[] {
  // As the compiler writes paths.
  const unix = (path: string): string => path.split(sep).join('/');
  const given = new Map(Object.entries(files).map(([path, text]) => [unix(path), text]));
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile } = host;
  host.fileExists = (path) => given.has(path) || fileExists(path);
  host.readFile = (path) => given.get(path) ?? readFile(path);
  host.directoryExists = (path) =>
    ts.sys.directoryExists(path) || [...given.keys()].some((file) => file.startsWith(`${path}/`));
  const compiled = Object.keys(files).filter((path) => !path.endsWith('.json'));
  const program = ts.createProgram(compiled.map(unix), options, host);
  return compiled.flatMap((path) => {
    const file = program.getSourceFile(unix(path));
    return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map(
      ({ messageText }) => ({ path, message: ts.flattenDiagnosticMessageText(messageText, '\n') }),
    );
  });
}
