/** One page of a segment's members, as Heap's Segment Sync sends it. */
export interface HeapSegmentSync {
  segment: { id: number | string; name: string };
  /** All pages of one sync share `sync_task_id`. */
  sync_info: { page_number: number; total_pages: number; sync_task_id: string };
  /** Who came in, by the user property that was chosen as identity in Heap. */
  add: readonly string[];
  /** Who left. */
  remove: readonly string[];
  /** Which customer it is, for integrations that serve several. */
  id_token?: string | undefined;
}

type Fields = Readonly<Record<string, unknown>>;

/** A body whose signature is good; `undefined` when it is no segment sync. */
export function readSegmentSync(body: unknown): HeapSegmentSync | undefined {
  const { action_type, data, id_token } = fieldsOf(body);
  const { segment, sync_info, add = [], remove = [] } = fieldsOf(data);
  const { id, name } = fieldsOf(segment);
  const { page_number, total_pages, sync_task_id } = fieldsOf(sync_info);
  if (action_type !== 'segment.users.sync' || (typeof id !== 'number' && typeof id !== 'string'))
    return undefined;
  const [added, removed] = [idsOf(add), idsOf(remove)];
  if (!added || !removed) return undefined;
  return {
    segment: { id, name: typeof name === 'string' ? name : '' },
    sync_info: {
      page_number: typeof page_number === 'number' ? page_number : 1,
      total_pages: typeof total_pages === 'number' ? total_pages : 1,
      sync_task_id: textOf(sync_task_id) ?? '',
    },
    add: added,
    remove: removed,
    ...(typeof id_token === 'string' && { id_token }),
  };
}

function idsOf(members: unknown): string[] | undefined {
  if (!Array.isArray(members)) return undefined;
  const ids = members.map((member) => textOf(fieldsOf(member)['id']));
  return ids.every((id) => id !== undefined) ? ids : undefined;
}

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;

const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null ? (value as Fields) : {};
