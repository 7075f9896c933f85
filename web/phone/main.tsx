/** Opens the phone and shows it. */
import { render } from "preact";
import { openPhone } from "../device/open_phone.ts";
import "../ui/ui.css";
import { App } from "./app.tsx";

/** The code of a join link; it leaves the address at once, so that no history and no screenshot keeps it. */
function takeInvitation(): string {
  if (!location.pathname.startsWith("/join")) return "";
  const code = location.hash.slice(1);
  history.replaceState(null, "", "/phone/");
  return code;
}

const invitation = takeInvitation();
void openPhone().then((phone) =>
  render(<App phone={phone} invitation={invitation} />, document.getElementById("phone")!),
);
