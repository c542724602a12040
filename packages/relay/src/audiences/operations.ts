import { segmentBytes } from '../mirror/segment-sync.ts';
import type { Operation } from '../operation.ts';
import {
  getAudience,
  getAudiencePreview,
  getAudiences,
  postAudienceSync,
  postMembers,
} from './serve-audiences.ts';
import { postSegment } from './serve-segments.ts';

const text = { type: 'string' };
const count = { type: 'integer', minimum: 0 };
const flag = { type: 'boolean' };
const counts = { type: 'object', additionalProperties: count };
/** What an account is known by; null takes it back. */
const about = { type: ['string', 'null'], minLength: 1, maxLength: 256 };
const members = {
  type: 'array',
  maxItems: 10_000,
  items: {
    type: 'object',
    properties: { user_id: text, account_id: text, company: about, company_domain: about },
    anyOf: [
      { required: ['user_id'], properties: { user_id: {} } },
      { required: ['account_id'], properties: { account_id: {} } },
    ],
  },
};
const destination = {
  type: 'object',
  required: ['destination', 'there', 'pending', 'waits', 'left_out'],
  properties: {
    destination: text,
    title: text,
    there: count,
    pending: count,
    waits: counts,
    left_out: counts,
    smallest: count,
    list: {
      type: 'object',
      required: ['at'],
      properties: {
        at: { ...text, format: 'date-time' },
        size: count,
        match_rate: { type: 'number', minimum: 0, maximum: 100 },
        state: text,
        made: text,
        problem: text,
      },
    },
  },
};
const audience = {
  type: 'object',
  required: ['audience', 'size', 'to'],
  properties: {
    audience: text,
    size: count,
    source: text,
    from: text,
    to: { type: 'array', items: destination },
  },
};

export const audienceOperations: readonly Operation[] = [
  {
    method: 'get',
    path: '/api/audiences',
    summary: 'Audiences, their size, and where they are (W-33)',
    scope: 'events:read',
    answer: {
      type: 'object',
      required: ['audiences'],
      properties: { audiences: { type: 'array', items: audience } },
    },
    handle: getAudiences,
  },
  {
    method: 'get',
    path: '/api/audiences/{audience}',
    summary: 'One audience with its syncs and its size by day (W-33)',
    scope: 'events:read',
    answer: audience,
    others: [404, 422],
    handle: getAudience,
  },
  {
    method: 'post',
    path: '/api/audiences/{audience}/members',
    summary: 'A page of members that joined or left, or of all members (W-33)',
    scope: 'audiences:write',
    body: {
      type: 'object',
      required: ['sync_id'],
      properties: {
        source: { ...text, default: 'api' },
        sync_id: text,
        mode: { enum: ['delta', 'full'], default: 'delta' },
        page: { type: 'integer', minimum: 1, default: 1 },
        total_pages: { type: 'integer', minimum: 1, default: 1 },
        add: members,
        remove: members,
      },
    },
    answer: {
      type: 'object',
      required: ['added', 'removed', 'unchanged', 'state'],
      properties: {
        added: count,
        removed: count,
        unchanged: count,
        state: { enum: ['done', 'waiting', 'applying'] },
        repeated: flag,
        replaced: flag,
        both: count,
      },
    },
    others: [409],
    writes: true,
    handle: postMembers,
  },
  {
    method: 'get',
    path: '/api/audiences/{audience}/preview',
    summary: 'How many members would be where, and why the others not; sends nothing (W-46)',
    scope: 'events:read',
    answer: {
      type: 'object',
      required: ['audience', 'members', 'accounts', 'is_cut', 'to', 'help'],
      properties: {
        audience: text,
        members: count,
        accounts: count,
        is_cut: flag,
        to: {
          type: 'array',
          items: {
            type: 'object',
            required: ['destination', 'would', 'left_out'],
            properties: { destination: text, would: count, left_out: counts },
          },
        },
        help: { type: 'object' },
      },
    },
    others: [404, 422],
    handle: getAudiencePreview,
  },
  {
    method: 'post',
    path: '/api/audiences/{audience}/sync',
    summary: 'Compare every member with what the platforms have; full sends all again (W-46)',
    scope: 'audiences:write',
    body: { type: 'object', properties: { full: flag, dry: flag } },
    answer: {
      type: 'object',
      required: ['audience', 'full', 'dry', 'rows'],
      properties: { audience: text, full: flag, dry: flag, rows: counts },
    },
    others: [404],
    writes: true,
    handle: postAudienceSync,
  },
  {
    method: 'post',
    path: '/api/heap/segments',
    summary: "Heap's Segment Sync, by its signature in place of a key (W-47)",
    maxBodyBytes: segmentBytes,
    answer: { type: 'object', required: ['status'], properties: { status: text, detail: text } },
    handle: postSegment,
  },
];
