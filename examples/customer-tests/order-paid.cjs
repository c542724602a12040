/** What this shop's backend does when an order is paid: the code under test. */
exports.orderPaid = function orderPaid(tracklayer, { id, customer, total, currency }) {
  tracklayer.capture({
    event: 'purchase',
    user_id: customer,
    properties: { order_id: id, value: total, currency },
  });
};
