import type { FeedItem } from '@tracklayer/relay';
import { Value } from '../value.tsx';

/** What is wrong with an event, below its status. */
export const Problems = ({ of }: { of: FeedItem['errors'] }) =>
  of.map(({ path, message }) => (
    <div class="quiet" key={path}>
      <Value of={`${path} ${message}`} />
    </div>
  ));
