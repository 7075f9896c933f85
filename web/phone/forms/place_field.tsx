/** Where it happened, if the observer wants to say so: never asked for by itself, always removable. */
import { useState } from "preact/hooks";
import { Button } from "../../ui/controls.tsx";
import { useApp } from "../app_context.ts";

/** longitude and latitude in millionths of a degree, accuracy in metres */
export type Place = [longitude_e6: number, latitude_e6: number, accuracy_m: number];

const WAIT_MS = 20_000;

function askPosition(): Promise<Place> {
  return new Promise((resolve, reject) => {
    if (!navigator.geolocation) return reject(new Error("no-position"));
    navigator.geolocation.getCurrentPosition(
      ({ coords }) =>
        resolve([Math.round(coords.longitude * 1e6), Math.round(coords.latitude * 1e6), Math.ceil(coords.accuracy)]),
      reject,
      { enableHighAccuracy: true, timeout: WAIT_MS, maximumAge: 60_000 },
    );
  });
}

export function PlaceField({
  value,
  onChange,
}: {
  value: Place | undefined;
  onChange: (place: Place | undefined) => void;
}) {
  const { t, tell } = useApp();
  const [asking, setAsking] = useState(false);
  const ask = async () => {
    setAsking(true);
    try {
      onChange(await askPosition());
      tell(t("place-taken"), "server");
    } catch {
      tell(t("place-failed"), "look");
    }
    setAsking(false);
  };
  return (
    <div class="stack-tight">
      <p class="field-label">
        {t("place-label")} <span class="hint">{t("word-optional")}</span>
      </p>
      {value ? (
        <div class="row row-apart">
          <p data-testid="place-value">{t("place-within", { metres: String(value[2]) })}</p>
          <Button testid="place-remove" icon="bin" onPress={() => onChange(undefined)}>
            {t("word-remove")}
          </Button>
        </div>
      ) : (
        <Button testid="place-add" icon="pin" busy={asking} onPress={() => void ask()}>
          {asking ? t("place-asking") : t("place-add")}
        </Button>
      )}
      <p class="hint">{t("place-hint")}</p>
    </div>
  );
}
