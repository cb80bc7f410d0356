import { failure, serve } from "../kit/worker.mjs";

const calls = new Map();

await serve("orders", {
  reserve: ({ order }) => ({ reservation: `r-${order.id}` }),
  charge({ order }) {
    // The bank is busy at first: the flow's retry asks again.
    const tries = (calls.get(order.id) ?? 0) + 1;
    calls.set(order.id, tries);
    if (tries === 1) throw failure("BankBusy", "try again");
    return { payment: `p-${order.id}` };
  },
  ship({ order }) {
    if (order.address === "nowhere") throw failure("NoSuchAddress", "the parcel cannot be delivered");
    return { parcel: `x-${order.id}` };
  },
  refund: () => ({ refunded: true }),
  release: () => ({ released: true }),
});
