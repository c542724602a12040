import { useContext, useState } from 'preact/hooks';
import type { RelayApi } from '../relay-api.ts';
import { Filters, isOfStored } from './filters.tsx';
import { LookingFor } from './look-for.ts';
import { Stored } from './stored.tsx';
import { Stream } from './stream.tsx';
import { useFeed } from './use-feed.ts';

/** Events as they come, or those that are stored, with filters; one opens into its trace. */
export function LivePage({ api }: { api: RelayApi }) {
  const feed = useFeed(api);
  const looking = useContext(LookingFor);
  const [filter, setFilter] = useState(looking.take);
  const [id, setId] = useState('');
  return (
    <>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          const typed = new FormData(event.currentTarget).get('id');
          setId(typeof typed === 'string' ? typed.trim() : '');
        }}
        onReset={() => setId('')}
      >
        <label>
          Find by event_id, order_id or user_id
          <input name="id" placeholder="ord_10492" autocomplete="off" size={28} />
        </label>
        <button type="submit" class="strong">
          Find
        </button>
        {id !== '' && <button type="reset">Back to all events</button>}
      </form>
      {id === '' && <Filters api={api} filter={filter} onFilter={setFilter} />}
      {id !== '' || isOfStored(filter) ? (
        <Stored api={api} id={id} filter={filter} />
      ) : (
        <Stream feed={feed} filter={filter} />
      )}
    </>
  );
}
