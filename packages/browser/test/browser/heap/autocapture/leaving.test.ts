import { beforeEach, expect, test } from 'vitest';
import { clearPage, openClient, openTab, storedMessages } from '../../page.ts';
import { installPageRelay } from '../../page-relay.ts';

beforeEach(clearPage);

const entrySource = new URL('../../../../src/autocapture.ts', import.meta.url).href;
const indexSource = new URL('../../../../src/index.ts', import.meta.url).href;
const script = `
  const { autocapture } = await import('${entrySource}');
  const { defineRegistry } = await import('${indexSource}');
  document.body.innerHTML = '<a class="leave" href="about:blank">Order</a>' +
    '<form class="leave" action="about:blank"><input name="plan" value="pro"></form>';
  autocapture(client, { registry: defineRegistry(['click', 'submit'].map((on) => ({
    source: 'heap', source_event: on, canonical_event: 'generate_lead', status: 'approved',
    match: { on, selector: '.leave' },
    properties: { lead_id: { value: 'lead_' + on } },
  }))) });`;

test.each(['click', 'submit'] as const)(
  'P-7 a %s that leaves the page is delivered, by the next page',
  async (on) => {
    const tab = await openTab(script);
    const page = tab.window;
    const { document: left } = page;
    if (on === 'click') left.querySelector('a')?.click();
    else left.querySelector('form')?.requestSubmit();
    await expect.poll(() => page.location.href).toMatch(/^about:blank/);
    expect(page.document).not.toBe(left);
    expect(storedMessages()).toHaveLength(1);
    tab.kill();
    const relay = installPageRelay();
    const client = openClient();
    await expect
      .poll(async () => {
        await client.flush();
        return relay.event_ids;
      })
      .toHaveLength(1);
    expect(relay.event_ids[0]).toContain(`lead_${on}`);
  },
);
