// The official client against the simulator: creates keys, places, lists and cancels.
// Usage: node official_client.mjs CLOB_URL CONTROL_URL RPC_URL, from a folder with the packages installed.
// Prints "ok" last; any surprise is an exception.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import path from "node:path";

const [, , clob, control, node] = process.argv;
const require = createRequire(path.join(process.cwd(), "package.json"));
const load = (name) => import(pathToFileURL(require.resolve(name)).href);
const { ClobClient, Side, OrderType } = await load("@polymarket/clob-client-v2");
const { Wallet } = await load("@ethersproject/wallet");

// Published by the makers of test nodes; never holds value.
const kKey = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";

async function turn(name, body) {
  const answer = await fetch(`${control}/control/${name}`, {
    method: "POST",
    body: JSON.stringify(body),
  });
  assert.equal(answer.status, 200, `${name}: ${await answer.clone().text()}`);
  return answer.json();
}

async function ledger() {
  return (await fetch(`${control}/control/ledger`)).json();
}

async function make_market(body) {
  const market = await turn("market", body);
  const [token] = market.tokens;
  await turn("book", {
    token,
    bids: [{ price: "0.4", size: "100" }],
    asks: [{ price: "0.6", size: "100" }],
  });
  return market;
}

const wallet = new Wallet(kKey);
await turn("fund", { address: wallet.address, amount: "1000", approve: true });
const plain = await make_market({ tick: "0.01" });
const neg_risk = await make_market({ tick: "0.001", neg_risk: true });
const protocol_v2 = await make_market({ tick: "0.01", version: "v2" });

const stranger = new ClobClient({ host: clob, chain: 137, signer: wallet });
const creds = await stranger.createOrDeriveApiKey();
assert.ok(creds.key && creds.secret && creds.passphrase);
const again = await stranger.deriveApiKey();
assert.deepEqual(again, creds);
const client = new ClobClient({ host: clob, chain: 137, signer: wallet, creds });

const placed = {};
for (const [name, market, price, options] of [
  ["plain", plain, 0.5, { tickSize: "0.01", negRisk: false }],
  ["neg_risk", neg_risk, 0.517, { tickSize: "0.001", negRisk: true }],
  ["protocol_v2", protocol_v2, 0.5, { tickSize: "0.01", negRisk: false, version: 3 }],
]) {
  const order = await client.createOrder(
    { tokenID: market.tokens[0], price, side: Side.BUY, size: 10 },
    options,
  );
  const answer = await client.postOrder(order, OrderType.GTC);
  assert.equal(answer.success, true, `${name}: ${JSON.stringify(answer)}`);
  assert.equal(answer.status, "live", name);
  placed[name] = answer.orderID;
}

let open = await client.getOpenOrders();
assert.deepEqual(open.map((order) => order.id).sort(), Object.values(placed).sort());
assert.equal((await client.getOrder(placed.plain)).price, "0.5");

const canceled = await client.cancelOrder({ orderID: placed.neg_risk });
assert.deepEqual(canceled.canceled, [placed.neg_risk]);

const bought = await client.createAndPostMarketOrder(
  { tokenID: plain.tokens[0], amount: 12, side: Side.BUY },
  { tickSize: "0.01", negRisk: false },
  OrderType.FOK,
);
assert.equal(bought.status, "matched", JSON.stringify(bought));
assert.equal(bought.makingAmount, "12");
assert.equal(bought.takingAmount, "20");
const trades = await client.getTrades();
assert.equal(trades.length, 1);
assert.equal(trades[0].size, "20");

const batch = await client.postOrders(
  await Promise.all(
    [0.1, 0.2].map(async (price) => ({
      order: await client.createOrder(
        { tokenID: plain.tokens[0], price, side: Side.BUY, size: 20 },
        { tickSize: "0.01", negRisk: false },
      ),
      orderType: OrderType.GTC,
    })),
  ),
);
assert.equal(batch.length, 2);
assert.ok(batch.every((leg) => leg.success && leg.status === "live"));
await client.cancelAll();
open = await client.getOpenOrders();
assert.equal(open.length, 0);

// A transaction of the wallet library: the approval must be there afterwards.
const { JsonRpcProvider } = await load("@ethersproject/providers");
const provider = new JsonRpcProvider(node);
const on_chain = wallet.connect(provider);
const kCollateral = "0xC011a7E12a19f7B1f670d46F03B03f3342E82DFB";
const spender = "00000000000000000000000000000000000000000000000000000000000000ab";
const sent = await on_chain.sendTransaction({
  to: kCollateral,
  data: `0x095ea7b3${spender}${"5".padStart(64, "0")}`,
  maxPriorityFeePerGas: 30_000_000_000, // the chain's least tip is above this library's own choice
  maxFeePerGas: 100_000_000_000,
});
const receipt = await sent.wait();
assert.equal(receipt.status, 1);
const allowed = await provider.call({
  to: kCollateral,
  data: `0xdd62ed3e${wallet.address.slice(2).toLowerCase().padStart(64, "0")}${spender}`,
});
assert.equal(BigInt(allowed), 5n);

// The market resolves: its twenty shares are redeemed for a dollar each, in the tokens contract's own collateral.
const kPaid = "0x2791Bca1f2de4661ED88A30C99A7a9449Aa84174";
const { encodeFunctionData, parseAbi } = await load("viem");
await turn("settle", { trade: "all", status: "CONFIRMED" });
await turn("resolve", { condition: plain.condition, winner: 0 });
const redeemed = await on_chain.sendTransaction({
  to: "0x4D97DCd97eC945f40cF65F87097ACe5EA0476045",
  data: encodeFunctionData({
    abi: parseAbi(["function redeemPositions(address, bytes32, bytes32, uint256[])"]),
    args: [kPaid, `0x${"00".repeat(32)}`, plain.condition, [1n, 2n]],
  }),
  maxPriorityFeePerGas: 30_000_000_000,
  maxFeePerGas: 100_000_000_000,
});
assert.equal((await redeemed.wait()).status, 1);
for (const [asset, want] of [[kPaid, 20_000_000n], [kCollateral, 988_000_000n]]) {
  const held = await provider.call({
    to: asset,
    data: `0x70a08231${wallet.address.slice(2).toLowerCase().padStart(64, "0")}`,
  });
  assert.equal(BigInt(held), want);
}

const seen = await ledger();
const refused = seen.requests.filter((entry) => entry.status >= 400);
assert.deepEqual(refused, []);
assert.ok(seen.requests.some((entry) => entry.level === "L1" && entry.verified));
console.log("ok");
