import { createNodeClient } from '@tracklayer/node';
import { createApp } from './app.ts';

const tracklayer = createNodeClient({
  endpoint: process.env['TRACKLAYER_URL'],
  key: process.env['TRACKLAYER_KEY'],
  spool: '.tracklayer',
  handleSignals: true,
});
createApp({ tracklayer, secret: process.env['PAYMENT_WEBHOOK_SECRET'] ?? '' }).listen(3000);
