// Posts a page's purchase to a running server, twice, and wants one acceptance.
export async function exchange(url) {
  const post = async () => {
    const answer = await fetch(`${url}/tl/api/capture`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        event: 'purchase',
        event_id: 'ord_10492_purchase',
        anonymous_id: 'anon_0190b7a4-4f3f-7e1c-9f57-0f2f1c9d7a11',
        properties: { order_id: 'ord_10492', value: 129.95, currency: 'EUR' },
      }),
    });
    return (await answer.json()).status;
  };
  const statuses = [await post(), await post()];
  if (statuses.join() !== 'accepted,duplicate') throw new Error(`the handler answered ${statuses.join()}`);
}
