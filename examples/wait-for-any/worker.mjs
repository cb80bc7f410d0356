import { call, failure, serve } from "../kit/worker.mjs";

// Each offer takes its time, so this worker answers them side by side: see `max` in the kit.
await serve("suppliers", {
  async offer({ supplier, winner_token }) {
    await new Promise((resolve) => setTimeout(resolve, supplier.seconds * 1000));
    if (supplier.price === undefined) throw failure("NoOffer", `${supplier.name} has nothing`);
    const offer = { supplier: supplier.name, price: supplier.price };
    const { status, body } = await call("/tasks/succeed", { token: winner_token, output: offer });
    console.log(`${supplier.name}: ${status === 200 ? "first" : body.code}`);
    return offer;
  },
});
