import { expect, test } from 'vitest';
import { destinations, mapPerson, type AnyMirror, type KnownPerson } from '../src/index.ts';
import { startSandbox } from '../src/sandbox/index.ts';
import { hash, known, now } from './destinations-with.ts';
import { personOf, vectorsOf } from './read-vector.ts';
import { call } from './send.ts';

interface AudienceVector {
  id: string;
  destination: 'meta' | 'google' | 'linkedin' | 'hubspot' | 'any';
  input: {
    audience: { external_id: string };
    add?: Record<string, unknown>[];
    add_count?: number;
    membership_event?: { member: boolean; email: string };
  };
  config?: { operating_account: { id: string } };
  expect: {
    method?: string;
    path?: string;
    path_suffix?: string;
    rows_as_objects?: object[];
    body?: object;
    requests?: number;
    max_rows_per_request?: number;
    operation?: string;
  };
}

const granted = { ad_user_data: 'granted', ad_personalization: 'granted', analytics: 'granted' } as const;
const settings = {
  meta: { dataset: '1', token: 't' },
  google: { account: '7693729833', conversionActions: {}, serviceAccount: '{}' },
  linkedin: { rules: {}, token: 't' },
  hubspot: { token: 't', userIdProperty: 'tracklayer_user_id' },
} as const;
const targetOf = { meta: 'audience', google: 'audience', linkedin: 'segment', hubspot: 'list' } as const;
const audienceOf = (type: keyof typeof settings): AnyMirror => destinations[type].audience as AnyMirror;

const memberOf = ({ user_id, google_aid, ...user }: Record<string, string>): KnownPerson => ({
  ...(user_id !== undefined && { user_id }),
  traits: { ...personOf(user).traits, ...(google_aid !== undefined && { google_aid }) },
  consent: granted,
});

/** Rows by the names of their schema, without what is empty. */
function rowsOf(body: string): object[] {
  const { schema, data } = (JSON.parse(body) as { payload: { schema: string[]; data: string[][] } }).payload;
  return data.map((row) =>
    Object.fromEntries(schema.map((name, place) => [name, row[place]]).filter(([, value]) => value !== '')),
  );
}

const vectors = vectorsOf<AudienceVector>('audiences').map((vector) => [vector.id, vector] as const);

test.each(vectors.filter(([, { input, destination }]) => input.add && destination !== 'any'))(
  '%s',
  (_, { input, destination, expect: expected }) => {
    const type = destination as keyof typeof settings;
    const target = { [targetOf[type]]: input.audience.external_id, termsAccepted: true };
    const mirror = audienceOf(type);
    const entries = (input.add ?? []).map(({ crm_record_id, ...person }) => {
      // The record's id is what the look-up finds.
      if (crm_record_id !== undefined) return { record: crm_record_id };
      const mapped = mapPerson(
        mirror,
        memberOf(person as Record<string, string>),
        settings[type],
        target,
        now,
      );
      return 'payload' in mapped ? mapped.payload : mapped;
    });
    const request = mirror.request({ action: 'add', entries }, settings[type], target, { now, token: 't' });
    const { pathname } = new URL(request.url);
    const { length } = expected.path_suffix ?? '';
    const body = request.body ?? '';
    expect({
      method: request.method,
      path: pathname,
      path_suffix: pathname.slice(-length),
      rows_as_objects: expected.rows_as_objects && rowsOf(body),
      body: JSON.parse(body) as object,
    }).toMatchObject(expected);
  },
);

const vectorOf = (id: string): AudienceVector => {
  const [, vector] = vectors.find(([name]) => name === id) ?? [];
  if (!vector) throw new Error(`audiences.json has no ${id}`);
  return vector;
};

test('aud-004 25,000 people are three requests', () => {
  const { input, expect: expected } = vectorOf('aud-004');
  const { perRequest } = audienceOf('meta').limits;
  expect(perRequest).toBe(expected.max_rows_per_request);
  expect(Math.ceil((input.add_count ?? 0) / perRequest)).toBe(expected.requests);
});

test('aud-016 who has left is taken out, by a request of its own on each platform', () => {
  const { input, expect: expected } = vectorOf('aud-016');
  const { member, email = '' } = input.membership_event ?? {};
  const action = member === true ? 'add' : 'remove';
  expect(action).toBe(expected.operation);
  const said = (['meta', 'google', 'linkedin', 'hubspot'] as const).map((type) => {
    const mirror = audienceOf(type);
    const target = { [targetOf[type]]: '1', termsAccepted: true };
    const person = { ...memberOf({ email }), user_id: 'cust_1' };
    const mapped = mapPerson(mirror, person, settings[type], target, now);
    if (!('payload' in mapped)) throw new Error(`${type} does not match an address`);
    // HubSpot's entries are what its look-up found.
    const entries = type === 'hubspot' ? [{ record: '7' }] : [mapped.payload];
    const {
      method,
      url,
      body = '',
    } = mirror.request({ action, entries }, settings[type], target, {
      now,
      token: 't',
    });
    return [
      type,
      method,
      new URL(url).pathname.split('/').at(-1),
      /"ADD"|"REMOVE"|ToRemove":\["7"/.exec(body)?.[0],
    ];
  });
  expect(said).toEqual([
    ['meta', 'DELETE', 'users', undefined],
    ['google', 'POST', 'audienceMembers:remove', undefined],
    ['linkedin', 'POST', 'users', '"REMOVE"'],
    ['hubspot', 'PUT', 'add-and-remove', 'ToRemove":["7"'],
  ]);
});

test('every vector of audiences.json is one of the above', () => {
  const mapped = vectors.filter(([, { input, destination }]) => input.add && destination !== 'any');
  expect([...mapped.map(([id]) => id), 'aud-004', 'aud-016'].toSorted()).toEqual(vectors.map(([id]) => id));
});

test.each(['meta', 'google', 'linkedin'] as const)(
  '%s: consent that is denied or unknown keeps a person out',
  (type) => {
    const target = { [targetOf[type]]: '1', termsAccepted: true };
    const reasonOf = (consent: KnownPerson['consent']) =>
      mapPerson(audienceOf(type), { ...known, user_id: 'cust_1', consent }, settings[type], target, now);
    expect(reasonOf({ ...granted, ad_personalization: 'denied' })).toMatchObject({
      refused: { reason: 'consent_denied' },
    });
    expect(reasonOf({ ad_user_data: 'granted' })).toMatchObject({ refused: { reason: 'consent_unknown' } });
    expect(reasonOf(granted)).toHaveProperty('payload');
  },
);

test.each(['meta', 'google', 'linkedin', 'hubspot'] as const)(
  '%s: nobody is sent without an identifier that it matches',
  (type) => {
    const target = { [targetOf[type]]: '1', termsAccepted: true };
    expect(
      mapPerson(audienceOf(type), { traits: { plan: 'pro' }, consent: granted }, settings[type], target, now),
    ).toMatchObject({
      refused: { reason: 'no_match_keys' },
    });
  },
);

test('a hash slot takes hashes: clear text in a trait that says it is a hash leaves nowhere', () => {
  const traits = { email_sha256: 'jane@example.com', phone_sha256_digits: '49301234' };
  const mapped = mapPerson(
    audienceOf('meta'),
    { user_id: 'cust_1', traits, consent: granted },
    settings.meta,
    { audience: '9' },
    now,
  );
  expect(mapped).toEqual({ payload: { EXTERN_ID: 'cust_1' } });
});

test('Google says before it is asked that its terms are not accepted', () => {
  expect(audienceOf('google').problem?.({ audience: '1', termsAccepted: false }, settings.google)).toMatch(
    /termsAccepted/,
  );
});

test('Meta refuses to take people out of a small list: that waits a day, and fails nobody', () => {
  const answer = { status: 400, body: '{"error":{"code":100,"message":"Audience is too small"}}' };
  const change = { action: 'remove', entries: [{ EXTERN_ID: 'cust_1' }] } as const;
  expect(audienceOf('meta').read(answer, change, settings.meta)).toMatchObject({
    all: { class: 'retry', afterMs: 86_400_000, detail: expect.stringContaining('too small') as string },
  });
});

test('the sandbox holds exactly who was put in and not taken out, on each platform', async () => {
  const sandbox = await startSandbox({ now: () => now });
  try {
    for (const type of ['meta', 'linkedin'] as const) {
      const mirror = audienceOf(type);
      const target = { [targetOf[type]]: '900' };
      const people = ['cust_1', 'cust_2'].map((user_id, place) => ({
        user_id,
        traits: { email_sha256: hash.slice(0, 63) + place },
        consent: granted,
      }));
      const entries = people.map((person) => {
        const mapped = mapPerson(mirror, person, sandbox.settings[type], target, now);
        return 'payload' in mapped ? mapped.payload : {};
      });
      const change = async (action: 'add' | 'remove', those: object[]) => {
        const answer = await call(
          mirror.request({ action, entries: those }, sandbox.settings[type], target, { now }),
        );
        return mirror.read(answer, { action, entries: those }, sandbox.settings[type]);
      };
      await change('add', entries);
      expect(sandbox.members(type, '900').size).toBe(2);
      await change('remove', entries.slice(0, 1));
      expect(sandbox.members(type, '900').size).toBe(1);
    }
  } finally {
    await sandbox.close();
  }
});

test('Heap: computed traits become tracklayer_ properties, and an empty text takes one away', () => {
  const mirror = destinations.heap.properties as AnyMirror;
  const mapped = mapPerson(
    mirror,
    { user_id: 'cust_1', traits: { match_quality: 7, bands: ['a', 'b'] }, consent: granted },
    { appId: '11' },
    {},
    now,
  );
  expect(mapped).toEqual({
    payload: {
      identity: 'cust_1',
      properties: { tracklayer_match_quality: 7, tracklayer_bands: '["a","b"]' },
    },
  });
});

test.each(['meta', 'google', 'linkedin', 'hubspot'] as const)(
  '%s: a body that is not an answer of the platform makes no list and has no size',
  (type) => {
    const { lists } = audienceOf(type);
    const page = '<!doctype html><html><body>Sign in to the network</body></html>';
    for (const body of ['', 'null', '[]', '{}', '{"data":null}', '{"list":null}', '{"elements":7}', page])
      for (const status of [200, 500]) {
        const answer = { status, body };
        const measured = lists?.measure.read(answer);
        expect(measured && 'facts' in measured ? Object.keys(measured.facts) : []).toEqual([]);
        const found = lists?.making?.readFound(answer, 'vip', {});
        expect(found && 'found' in found ? found.found : undefined).toBeUndefined();
        // LinkedIn tells the id of a new segment in a header alone.
        const made = lists?.making?.readMade(answer);
        expect(made && 'made' in made ? made.made : undefined).toBeUndefined();
      }
  },
);
