import { audienceOperations } from './audiences/operations.ts';
import { changeOperations } from './changes/operations.ts';
import { deliverOperations } from './deliver/operations.ts';
import { driftOperations } from './drift/operations.ts';
import { feedOperations } from './feed/operations.ts';
import { healthOperations } from './health/operations.ts';
import { homeOperations } from './home/operations.ts';
import { ingestOperations } from './ingest/operations.ts';
import { openApiOperations } from './openapi/operations.ts';
import type { Operation } from './operation.ts';
import { peopleOperations } from './people/operations.ts';
import { readOperations } from './read/operations.ts';
import { registryOperations } from './registry/operations.ts';
import { reportOperations } from './report/operations.ts';
import { traceOperations } from './trace/operations.ts';

/** Everything that the relay does, folder by folder. */
export const operations: readonly Operation[] = [
  ...homeOperations,
  ...ingestOperations,
  ...readOperations,
  ...feedOperations,
  ...deliverOperations,
  ...audienceOperations,
  ...traceOperations,
  ...peopleOperations,
  ...registryOperations,
  ...reportOperations,
  ...driftOperations,
  ...changeOperations,
  ...openApiOperations,
  ...healthOperations,
];
