/** Shows the screens with a phone in memory: ?scene=day&language=ckb&theme=dark#/outbox */
import { render } from "preact";
import type { Language, Theme } from "../../device/types.ts";
import "../../ui/ui.css";
import { App } from "../app.tsx";
import { FakePhone, NOW_MS } from "./fake_phone.ts";
import { SCENES } from "./scenes.ts";

const asked = new URLSearchParams(location.search);
const scene = SCENES[asked.get("scene") ?? "day"]!;
const phone = new FakePhone({
  ...scene,
  language: (asked.get("language") ?? "ar") as Language,
  theme: (asked.get("theme") ?? "light") as Theme,
});
render(
  <App phone={phone} invitation={asked.get("invitation") ?? ""} nowMs={() => NOW_MS} />,
  document.getElementById("phone")!,
);
