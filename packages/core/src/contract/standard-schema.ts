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

const isFieldName = /^\w{1,64}$/;

/** One thing that a schema refuses: where, and our words for it. */
interface Refusal {
  path: readonly string[];
  message: string;
}

/** What a schema refuses of a value. Its own messages are not passed on: they may quote the value (wire W-7). */
export function refusalsOf(schema: StandardSchema, value: unknown): readonly Refusal[] {
  let result: StandardResult | Promise<StandardResult>;
  try {
    result = schema['~standard'].validate(value);
  } catch {
    return [{ path: [], message: 'can not be checked: the schema of the event throws' }];
  }
  // Asked while `capture` runs, which waits for nobody.
  if (result instanceof Promise) {
    result.catch(() => undefined);
    return [{ path: [], message: 'can not be checked: the schema of the event is asynchronous' }];
  }
  return (result.issues ?? []).map(({ path = [] }) => ({
    path: path.map((part) => {
      const key = String(typeof part === 'object' ? part.key : part);
      return isFieldName.test(key) ? key : '*';
    }),
    message: 'is refused by the schema of the event',
  }));
}
