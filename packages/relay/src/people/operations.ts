import { erased, erasure, foundPerson, personTraits, unlinked } from '../openapi/answers.ts';
import type { Operation } from '../operation.ts';
import { readTexts } from '../read/read-texts.ts';
import { findPerson } from './find-person.ts';
import { erasePerson, getErasure } from './erase-person.ts';
import { getTraits, unlink } from './serve-people.ts';

const text = { type: 'string' };

export const peopleOperations: readonly Operation[] = [
  {
    method: 'post',
    path: '/api/people/find',
    summary: 'Everything known about one person; the id is not in the URL (W-54)',
    scope: 'events:read',
    body: { type: 'object', required: ['user_id'], properties: { user_id: text } },
    answer: foundPerson,
    others: [404],
    handle: findPerson,
  },
  {
    method: 'post',
    path: '/api/people/unlink',
    summary: 'Undo the link of an anonymous id to a person, by ids that stand in no address (W-54)',
    scope: 'people:write',
    body: {
      type: 'object',
      required: ['user_id', 'anonymous_id'],
      properties: { user_id: text, anonymous_id: text },
    },
    answer: unlinked,
    others: [404],
    writes: true,
    async handle(call) {
      const { user_id, anonymous_id } = await readTexts(call.request, ['user_id', 'anonymous_id']);
      return unlink(call, { user_id, anonymous_id });
    },
  },
  {
    method: 'post',
    path: '/api/people/erase',
    summary: 'Erase a person; the id is not in the URL (W-54)',
    scope: 'people:write',
    body: { type: 'object', required: ['user_id'], properties: { user_id: text } },
    answer: erased,
    writes: true,
    handle: async (call) => erasePerson(call, (await readTexts(call.request, ['user_id'])).user_id),
  },
  {
    method: 'get',
    path: '/api/users/{user_id}/traits',
    summary: 'The traits of a person, received and computed (W-34)',
    scope: 'events:read',
    answer: personTraits,
    others: [404],
    handle: (call) => getTraits(call, call.params['user_id'] ?? ''),
  },
  {
    method: 'delete',
    path: '/api/users/{user_id}/anonymous_ids/{anonymous_id}',
    summary: 'Undo the link of an anonymous id to a person; its history stays (W-19)',
    scope: 'people:write',
    answer: unlinked,
    others: [404],
    writes: true,
    handle: (call) =>
      unlink(call, {
        user_id: call.params['user_id'] ?? '',
        anonymous_id: call.params['anonymous_id'] ?? '',
      }),
  },
  {
    method: 'delete',
    path: '/api/users/{user_id}',
    summary: 'Erase a person; the ids of events stay, so that a repeat is still a duplicate (W-38)',
    scope: 'people:write',
    answer: erased,
    writes: true,
    handle: (call) => erasePerson(call, call.params['user_id'] ?? ''),
  },
  {
    method: 'get',
    path: '/api/users/{user_id}/erasure',
    summary: 'The state of an erasure: what is erased, what is still running, and what stays (W-49)',
    scope: 'people:write',
    answer: erasure,
    handle: (call) => getErasure(call, call.params['user_id'] ?? ''),
  },
];
