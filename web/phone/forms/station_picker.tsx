/** Chooses a station: one's own first, any of the governorate by name or number, or a code typed from paper. */
import { useState } from "preact/hooks";
import { Button } from "../../ui/controls.tsx";
import { TextField } from "../../ui/fields.tsx";
import { Notice } from "../../ui/notices.tsx";
import { Row } from "../../ui/screen.tsx";
import type { Centre } from "../../device/types.ts";
import { useApp, usePack } from "../app_context.ts";
import { stationCode, unusualCode } from "../rules/station_code.ts";
import { isFoundIn } from "../../core/searching.ts";

import { named } from "../words.ts";
import { isKnownStation } from "./station_name.ts";

// More would not be read on a small screen; another letter shortens the list.
const MOST_CENTRES = 12;

interface StationPickerProps {
  onChoose: (code: string) => void;
  /** for what happened away from any station */
  onNone?: () => void;
}

export function StationPicker({ onChoose, onNone }: StationPickerProps) {
  const { t, snap } = useApp();
  const pack = usePack();
  const [search, setSearch] = useState("");
  const mine = search
    ? snap.stations.filter((station) => isFoundIn([station.code, ...Object.values(station.name)].join(" "), search))
    : snap.stations;
  return (
    <div class="stack">
      {mine.length > 0 && <MyStations stations={mine} onChoose={onChoose} />}
      <TextField
        testid="station-search"
        label={t("station-search")}
        kind="search"
        value={search}
        onChange={setSearch}
        hint={t("station-search-hint", { code: "138450-03" })}
      />
      {search.trim().length > 1 && <TypedCode search={search} onChoose={onChoose} />}
      {search.trim().length > 1 && <FoundCentres centres={foundCentres(pack.centres, search)} onChoose={onChoose} />}
      {onNone && (
        <Button testid="station-none" icon="pin" wide onPress={onNone}>
          {t("station-none")}
        </Button>
      )}
    </div>
  );
}

function foundCentres(centres: readonly Centre[], search: string): Centre[] {
  return centres.filter(([code, name]) =>
    isFoundIn([code, ...Object.values(name)].join(" "), search.replace(/-.*$/, "")),
  );
}

function MyStations({
  stations,
  onChoose,
}: {
  stations: readonly { code: string; name: Centre[1] }[];
  onChoose: (code: string) => void;
}) {
  const { t, snap } = useApp();
  return (
    <section class="stack-tight">
      <h2>{t("station-mine")}</h2>
      <ul class="list">
        {stations.map((station) => (
          <li key={station.code}>
            <Row testid={`station-${station.code}`} onPress={() => onChoose(station.code)}>
              <span class="strong">{named(station.name, snap.language)}</span>
              <span class="quiet">
                <bdi>{station.code}</bdi>
              </span>
            </Row>
          </li>
        ))}
      </ul>
    </section>
  );
}

function TypedCode({ search, onChoose }: { search: string; onChoose: (code: string) => void }) {
  const { t, snap } = useApp();
  const pack = usePack();
  const code = stationCode(search) ?? unusualCode(search);
  if (!code) return null;
  const known = isKnownStation(snap, code);
  if (!known && !stationCode(search) && foundCentres(pack.centres, search).length > 0) return null;
  return (
    <div class="stack-tight">
      {!known && (
        <Notice tone="care" testid="station-unknown">
          <p>{t("station-unknown", { code })}</p>
        </Notice>
      )}
      <Button testid="station-use-typed" wide look={known ? "primary" : "plain"} onPress={() => onChoose(code)}>
        {t("station-use", { code })}
      </Button>
    </div>
  );
}

function FoundCentres({ centres, onChoose }: { centres: readonly Centre[]; onChoose: (code: string) => void }) {
  const { t, snap } = useApp();
  if (centres.length === 0)
    return (
      <p class="quiet" data-testid="station-search-empty">
        {t("station-search-empty")}
      </p>
    );
  return (
    <ul class="stack-tight">
      {centres.slice(0, MOST_CENTRES).map(([code, name, , numbers]) => (
        <li key={code} class="card">
          <h3>
            {named(name, snap.language)} <bdi class="quiet">{code}</bdi>
          </h3>
          <div class="row">
            {numbers.map((number) => (
              <Button
                key={number}
                testid={`station-${code}-${number}`}
                label={t("station-choose", { code: `${code}-${number}` })}
                onPress={() => onChoose(`${code}-${number}`)}
              >
                <bdi>{number}</bdi>
              </Button>
            ))}
          </div>
        </li>
      ))}
      {centres.length > MOST_CENTRES && <li class="quiet">{t("station-search-more")}</li>}
    </ul>
  );
}
