import { useTrackLayer } from '@tracklayer/browser/react';

export function Checkout({ orderId }: { orderId: string }) {
  const tracklayer = useTrackLayer();
  const pay = (): void => {
    tracklayer.capture({
      event: 'purchase',
      properties: { order_id: orderId, value: 129.95, currency: 'EUR' },
    });
  };
  return <button onClick={pay}>Pay €129.95</button>;
}
