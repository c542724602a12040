import { pathOf, problemAt, type Problem } from '../event/problem.ts';

/** Any schema of https://standardschema.dev (zod, valibot, arktype, …), as far as it is read here. */
export interface StandardSchema<Input = unknown> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => StandardResult | Promise<StandardResult>;
    readonly types?: { readonly input: Input; readonly output: unknown } | undefined;
    /** Where the library can say it as JSON Schema. */
    readonly jsonSchema?:
      | { readonly input: (options: { target: string }) => Record<string, unknown> }
      | undefined;
  };
}

interface StandardResult {
  readonly issues?: readonly StandardIssue[] | undefined;
}

interface StandardIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** What a schema refuses of an event's properties. Its own messages are not passed on: they may quote the value (wire W-7). */
export function refusalsOf(schema: StandardSchema, value: unknown): readonly Problem[] {
  let result: StandardResult | Promise<StandardResult>;
  try {
    result = schema['~standard'].validate(value);
  } catch {
    return [problemAt('properties', 'cannot be checked: the schema of the event throws')];
  }
  // Asked while `capture` runs, which waits for nobody.
  if (result instanceof Promise) {
    result.catch(() => undefined);
    return [problemAt('properties', 'cannot be checked: the schema of the event is asynchronous')];
  }
  return (result.issues ?? []).map(({ path = [] }) => {
    const keys = path.map((part) => String(typeof part === 'object' ? part.key : part));
    return problemAt(keys.reduce(pathOf, 'properties'), 'is refused by the schema of the event');
  });
}
