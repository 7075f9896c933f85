/** A server that answers oddly gets away with nothing, and stops nothing. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { alarmsOf, incident, provedPhone, World } from "./world.ts";

let world: World;
beforeEach(async () => void (world = await World.open()));
afterEach(() => world.close());

const exchanges = () => world.server.asked.filter(({ path }) => path === "/api/v1/sync").length;

/** What the server answers to an exchange, with this changed; at most so often, or a phone that never stops would hang the test. */
function bendExchanges(change: (answer: Record<string, any>) => object, most = 200): void {
  const fetch = world.server.fetch;
  let answered = 0;
  Object.assign(world.server, {
    fetch: async (address: string, request: RequestInit) => {
      const response = await fetch(address, request);
      if (address !== "/api/v1/sync" || response.status !== 200 || ++answered > most) return response;
      const answer = await response.json();
      return new Response(JSON.stringify({ ...answer, ...change(answer) }), { status: 200 });
    },
  });
}

test("an answer that promises more and brings nothing ends the round", async () => {
  bendExchanges(() => ({ more: true }));
  const phone = await world.joined();
  expect(exchanges()).toBeLessThan(5);
  expect(phone.snapshot().outbox.sending).toBe(false);
});

test("nor is a round endless when every answer promises more and names another place", async () => {
  await world.server.beginLog();
  let number = 0;
  bendExchanges(() => ({ more: true, cursor: `:${number++}` }));
  const phone = await world.joined();
  expect(exchanges()).toBeLessThan(150);
  await phone.submit(incident());
  await phone.sender.settled();
  await world.pass(10_000);
  expect(phone.snapshot().records[0]?.state).toBe("proved");
});

test("another server with a full inbox and no handover is asked again at the next poll, not at once", async () => {
  bendExchanges(({ refetch }) => (refetch ? { more: true } : {}));
  const { phone } = await provedPhone(world);
  await world.server.restore(1, { isHandedOver: false });
  const before = exchanges();
  await phone.retryNow();
  expect(exchanges() - before).toBeLessThan(5);
  expect(alarmsOf(phone)).toEqual(["stranger"]);
});
