import { createHmac, timingSafeEqual } from 'node:crypto';
import type { NodeClient } from '@tracklayer/node';
import express, { type Express } from 'express';

interface PaymentEvent {
  type: string;
  /** Seconds since 1970. */
  created: number;
  data: { object: { id: string; client_reference_id: string; amount_total: number; currency: string } };
}

/** A webhook like Stripe's: signed, in cents, and delivered again until it is answered 200. */
export function createApp({ tracklayer, secret }: { tracklayer: NodeClient; secret: string }): Express {
  const app = express();
  // The signature is over the bytes as they came.
  app.post('/webhooks/payments', express.raw({ type: 'application/json' }), (request, response) => {
    const body = request.body as Buffer;
    if (!isSigned(body, request.header('payment-signature'), secret)) {
      response.status(400).end();
      return;
    }
    const { type, created, data } = JSON.parse(body.toString()) as PaymentEvent;
    if (type === 'checkout.session.completed') {
      const { id, client_reference_id, amount_total, currency } = data.object;
      tracklayer.capture({
        event: 'purchase',
        user_id: client_reference_id,
        properties: { order_id: id, value: amount_total / 100, currency: currency.toUpperCase() },
        occurred_at: created * 1_000,
      });
    }
    // At once: the client has it, and delivers it in the background. With `spool` it is on disk by now.
    response.json({ received: true });
  });
  return app;
}

function isSigned(body: Buffer, header: string | undefined, secret: string): boolean {
  const [, time, signature] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(header ?? '') ?? [];
  if (!time || !signature) return false;
  const expected = createHmac('sha256', secret).update(`${time}.`).update(body).digest();
  return timingSafeEqual(expected, Buffer.from(signature, 'hex'));
}
