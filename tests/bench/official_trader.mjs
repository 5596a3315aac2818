// The venue's official client as a trader: one order at each trade of a token.
// Usage: node official_trader.mjs CLOB_URL WS_URL CONTROL_URL TOKEN, from a folder with the packages
// installed. Prints "ready" when it listens, and a line for each order that the venue took.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import path from "node:path";

const [, , clob, stream, control, token] = process.argv;
const require = createRequire(path.join(process.cwd(), "package.json"));
const load = (name) => import(pathToFileURL(require.resolve(name)).href);
const { ClobClient, Side, OrderType } = await load("@polymarket/clob-client-v2");
const { Wallet } = await load("@ethersproject/wallet");
const WebSocket = require("ws");

// Published by the makers of test nodes; never holds value.
const kKey = "0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d";

const wallet = new Wallet(kKey);
await fetch(`${control}/control/fund`, {
  method: "POST",
  body: JSON.stringify({ address: wallet.address, amount: "1000", approve: true }),
});
const creds = await new ClobClient({ host: clob, chain: 137, signer: wallet }).createOrDeriveApiKey();
const client = new ClobClient({ host: clob, chain: 137, signer: wallet, creds });

async function order() {
  const signed = await client.createOrder(
    { tokenID: token, price: 0.3, side: Side.BUY, size: 5 },
    { tickSize: "0.01", negRisk: false },
  );
  const answer = await client.postOrder(signed, OrderType.GTC);
  if (!answer.success) throw new Error(JSON.stringify(answer));
  console.log(answer.orderID);
}

const socket = new WebSocket(`${stream}/ws/market`);
socket.on("message", (data) => {
  const text = data.toString();
  if (text[0] !== "{" && text[0] !== "[") return;
  for (const message of [JSON.parse(text)].flat())
    if (message.event_type === "last_trade_price" && message.asset_id === token) order();
});
socket.on("open", () => {
  socket.send(JSON.stringify({ type: "market", assets_ids: [token], custom_feature_enabled: true }));
  setTimeout(() => console.log("ready"), 500);
});
process.stdin.resume();
process.stdin.on("end", () => process.exit(0));
