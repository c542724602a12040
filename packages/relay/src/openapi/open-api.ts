import type { Contract } from '@tracklayer/core/adapter';
import { jsonSchemas } from '@tracklayer/core/schema';
import packageJson from '../../package.json' with { type: 'json' };
import { problem, type Schema } from './answers.ts';
import type { Operation } from '../operation.ts';

/**
 * The OpenAPI 3.1 document of docs/wire.md, made from the schemas that `GET /api/schema` serves (W-38).
 *
 * @param operations - what the relay does.
 * @param events - the vocabulary, own events included. Default: the built-in ones.
 */
export function openApi(operations: readonly Operation[], events: Contract | undefined): Schema {
  const paths: Record<string, Record<string, Schema>> = {};
  for (const operation of operations) (paths[operation.path] ??= {})[operation.method] = describe(operation);
  const { capture, identify, registry } = jsonSchemas({ events });
  return {
    openapi: '3.1.0',
    info: { title: 'TrackLayer relay', version: packageJson.version },
    jsonSchemaDialect: 'https://json-schema.org/draft/2020-12/schema',
    paths,
    components: {
      securitySchemes: { key: { type: 'http', scheme: 'bearer' } },
      // With an $id of its own, so that its references stay inside it.
      schemas: {
        ...Object.fromEntries(
          Object.entries({ capture, identify, registry }).map(([name, schema]) => [
            name,
            { $id: `urn:tracklayer:${name}`, ...schema },
          ]),
        ),
        problem,
      },
    },
  };
}

/** Every status that an operation may answer. */
export function statusesOf({ scope, body, others = [], writes }: Operation): number[] {
  return [
    200,
    ...others,
    ...(scope ? [401, 403] : []),
    ...(body ? [400, 413, 415, 422] : []),
    ...(writes ? [503] : []),
  ];
}

function describe(operation: Operation): Schema {
  const { summary, scope, body, answer } = operation;
  const answers = statusesOf(operation).map((status) => [status, answerOf(status, answer)]);
  return {
    summary,
    ...(scope ? { security: [{ key: [] }], 'x-scope': scope } : { security: [] }),
    parameters: parametersOf(operation),
    ...(body && {
      requestBody: { required: true, content: { 'application/json': { schema: refer(body) } } },
    }),
    responses: Object.fromEntries(answers),
  };
}

function answerOf(status: number, answer: Operation['answer']): Schema {
  if (status === 304) return { description: 'This version is known' };
  if (status !== 200) {
    const content = { 'application/problem+json': { schema: refer('problem') } };
    return { description: descriptions[status] ?? '', content };
  }
  const plain = answer === 'text' || answer === 'stream' ? plainTypes[answer] : undefined;
  const [type, schema] = plain ? [plain, { type: 'string' }] : ['application/json', refer(answer)];
  return { description: 'Done', content: { [type]: { schema } } };
}

const plainTypes = { text: 'text/plain', stream: 'text/event-stream' } as const;

const descriptions: Readonly<Record<number, string>> = {
  400: 'The request cannot be read',
  401: 'The key is missing or unknown',
  403: 'The key lacks the scope',
  404: 'Unknown here',
  412: 'Another version came first',
  413: 'Too large',
  415: 'Not JSON',
  422: 'It breaks the contract; errors say where',
  428: 'If-Match is missing',
  503: 'Nothing was committed; send it again',
};

function parametersOf({ path, query = {}, headers = {} }: Operation): Schema[] {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
  const given = (kind: string, schemas: Readonly<Record<string, Schema>>): Schema[] =>
    Object.entries(schemas).map(([name, { required = false, ...schema }]) => ({
      name,
      in: kind,
      required,
      schema,
    }));
  return [
    ...names.map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } })),
    ...given('query', query),
    ...given('header', headers),
  ];
}

const refer = (schema: Schema | string): Schema =>
  typeof schema === 'string' ? { $ref: `#/components/schemas/${schema}` } : schema;
