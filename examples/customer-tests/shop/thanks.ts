import { createBrowserClient } from '@tracklayer/browser';
import { orderPaid } from '../order-paid.cjs';

const tracklayer = createBrowserClient({ endpoint: '/tl' });
const currency = new URLSearchParams(location.search).get('currency') ?? 'EUR';
orderPaid(tracklayer, { id: 'ord_10492', customer: 'cust_2048', total: 129.95, currency });
