import { setupWorker } from 'msw/browser';
import { createTestRelay } from '../../../testing/src/index.ts';
import { testStorage, testTransport } from '../../../testing/src/suites/index.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPageTransport } from '../../src/platform/page-transport.ts';
import { createPageStore } from '../../src/platform/storage.ts';
import { clearPage } from './page.ts';

const worker = setupWorker();
beforeAll(() => worker.start({ quiet: true, onUnhandledFrame: 'bypass' }));
// Not awaited: a request that hangs, as one fact has it, would keep it.
afterAll(() => void worker.stop());

testTransport('the page transport', (endpoint) => createPageTransport(endpoint, undefined), {
  test,
  expect,
  openRelay: () => createTestRelay({ msw: worker, endpoint: `${location.origin}/tl` }),
});

testStorage(
  'the page store',
  () => {
    clearPage();
    let clients = 0;
    const gone: string[] = [];
    return {
      open() {
        const id = `client-${++clients}`;
        const store = createPageStore(localStorage, id, { onWrite() {}, onClose: () => gone.push(id) });
        return {
          ...store,
          // As leftovers does, once an owner's lock is free.
          adopt(take) {
            store.bury(gone);
            store.adopt(take);
          },
        };
      },
      dispose: clearPage,
    };
  },
  { test, expect },
);
