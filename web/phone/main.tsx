/** Opens the phone and shows it. */
import { openPhone } from "../device/phone.ts";

void openPhone().then((phone) => {
  document.documentElement.lang = phone.snapshot().language;
});
