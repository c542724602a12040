import type { FoundPerson } from '@tracklayer/relay';
import { useState } from 'preact/hooks';
import { MayNot } from '../access.tsx';
import { Confirm } from '../confirm.tsx';
import { Facts } from '../facts.tsx';
import { useLoad } from '../load.ts';
import { ProblemState } from '../problem-state.tsx';
import { problemOf, type RelayApi, type RelayProblem } from '../relay-api.ts';
import { Shown } from '../shown.tsx';
import { Status } from '../status.tsx';
import { Table } from '../table.tsx';
import { countOf, timeOf } from '../text.ts';
import { TraceLink } from '../trace/trace-link.tsx';
import { Value } from '../value.tsx';

/** One person: ids, traits, audiences, events; unlinking and erasing. The id stands in no address. */
export function PeoplePage({ api }: { api: RelayApi }) {
  const [user_id, setUserId] = useState<string>();
  return (
    <>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          const given = new FormData(event.currentTarget).get('user_id');
          if (typeof given === 'string' && given.trim() !== '') setUserId(given.trim());
        }}
      >
        <label>
          Find by user_id
          <input name="user_id" placeholder="cust_2048" autocomplete="off" />
        </label>
        <button type="submit" class="strong">
          Find
        </button>
      </form>
      {user_id === undefined ? (
        <p class="state">
          Enter the id that your app uses for a person. It appears in no URL and no history.
        </p>
      ) : (
        <PersonView key={user_id} api={api} user_id={user_id} />
      )}
    </>
  );
}

function PersonView({ api, user_id }: { api: RelayApi; user_id: string }) {
  const [round, setRound] = useState(0);
  const [said, setSaid] = useState<{ text: string } | { problem: RelayProblem }>();
  const found = useLoad((signal) => api.post<FoundPerson>('/api/people/find', { user_id }, signal), [round]);

  async function change(action: 'unlink' | 'erase', ids: object, text: string): Promise<void> {
    try {
      await api.post(`/api/people/${action}`, ids);
      setSaid({ text });
    } catch (error) {
      setSaid({ problem: problemOf(error) });
    }
    setRound(round + 1);
  }

  return (
    <>
      {said && 'problem' in said && <ProblemState problem={said.problem} />}
      {said && 'text' in said && (
        <p class="state" role="status">
          {said.text}
        </p>
      )}
      <Shown load={found}>
        {(person) => (
          <>
            <h2>
              <Value of={person.user_id} />
            </h2>
            {person.is_over_linked && (
              <p class="state" role="alert">
                More browsers are linked to this id than one person has. Ad platforms hear of none of them:
                look for a test account, or an id that many people share.
              </p>
            )}
            <MayNot scope="people:write" action="unlink or erase" />
            <Links
              person={person}
              onUnlink={(anonymous_id) =>
                void change(
                  'unlink',
                  { user_id, anonymous_id },
                  'The two ids are no longer linked. Their history stays.',
                )
              }
            />
            <h3>Traits received</h3>
            <Facts of={person.received} />
            <h3>Traits computed</h3>
            <Facts of={person.computed} />
            <h3>Audiences</h3>
            <p>{person.audiences.length === 0 ? 'None.' : <Value of={person.audiences.join(', ')} />}</p>
            <Lists lists={person.lists} />
            <Events person={person} />
            <h3>Erase</h3>
            <Confirm
              scope="people:write"
              action="Erase"
              onConfirm={() =>
                void change(
                  'erase',
                  { user_id },
                  'Erased. The lists of platforms follow; this page shows them until they are done.',
                )
              }
            >
              Deletes links, traits, identifies and consent, takes the person out of events, and drops what is
              still pending. Platforms are asked to delete this person. This cannot be undone.
            </Confirm>
          </>
        )}
      </Shown>
    </>
  );
}

function Links({
  person: { links, anonymous_ids, is_cut },
  onUnlink,
}: {
  person: FoundPerson;
  onUnlink: (anonymous_id: string) => void;
}) {
  return (
    <>
      <h3>Browsers</h3>
      {links.length === 0 ? (
        <p>None.</p>
      ) : (
        <Table
          label="Browsers"
          columns={[
            'anonymous_id',
            { title: 'Linked', kind: 'named' },
            { title: 'Until', kind: 'named' },
            { title: 'Source', kind: 'wide' },
            'Unlink',
          ]}
        >
          {links.map(({ anonymous_id, linked_at, closed_at, source }) => (
            <tr key={`${anonymous_id} ${linked_at}`}>
              <td class="lead">
                <Value of={anonymous_id} />
              </td>
              <td>{timeOf(linked_at)}</td>
              <td>{closed_at === null ? 'now' : timeOf(closed_at)}</td>
              <td class="wide">
                <Value of={source} />
              </td>
              <td class="mark">
                {closed_at === null && (
                  <Confirm scope="people:write" action="Unlink" onConfirm={() => onUnlink(anonymous_id)}>
                    This browser then belongs to nobody until it is identified again.
                  </Confirm>
                )}
              </td>
            </tr>
          ))}
        </Table>
      )}
      {is_cut.links && (
        <p class="state">
          {countOf(anonymous_ids.length)} browsers are linked; these are the first{' '}
          {countOf(new Set(links.map((link) => link.anonymous_id)).size)}. Nobody has so many: look for an id
          that many people share.
        </p>
      )}
    </>
  );
}

function Lists({ lists }: { lists: FoundPerson['lists'] }) {
  if (lists.length === 0) return null;
  return (
    <Table
      label="Lists of platforms"
      columns={['Destination', 'List', { title: 'There', kind: 'named' }, 'State']}
    >
      {lists.map(({ destination, list, is_there, status, reason }) => (
        <tr key={`${destination} ${list}`}>
          <td class="lead">
            <Value of={destination} />
          </td>
          <td>
            <Value of={list} />
          </td>
          <td>{is_there ? 'yes' : 'no'}</td>
          <td>
            <Value of={reason === undefined ? status : `${status}: ${reason}`} />
          </td>
        </tr>
      ))}
    </Table>
  );
}

function Events({ person: { events, is_cut } }: { person: FoundPerson }) {
  return (
    <>
      <h3>Newest events</h3>
      {events.length === 0 ? (
        <p>None.</p>
      ) : (
        <Table label="Events of this person" columns={['Time', 'Event', 'event_id', 'Status']}>
          {events.map(({ event, event_id = '', status, received_at }) => (
            <tr key={event_id}>
              <td class="time">{timeOf(received_at)}</td>
              <td class="lead">
                <Value of={event} />
              </td>
              <td>
                <TraceLink of={event_id} />
              </td>
              <td class="mark">
                <Status of={status} />
              </td>
            </tr>
          ))}
        </Table>
      )}
      {is_cut.events && (
        <p class="state">
          These are the newest {events.length}. Live finds the older ones: type the user_id there.
        </p>
      )}
    </>
  );
}
