/** Chooses what happened out of the pack's types: recent ones first, then by group, or by a few letters in any language. */
import { useState } from "preact/hooks";
import { TextField } from "../../ui/fields.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Row } from "../../ui/screen.tsx";
import type { IncidentType } from "../../device/types.ts";
import { useApp, usePack } from "../app_context.ts";
import { recentTypes } from "../rules/reports.ts";
import { isFoundIn } from "../../core/searching.ts";
import { named } from "../words.ts";

const MOST_RECENT = 4;

export function TypePicker({ onChoose }: { onChoose: (type: IncidentType) => void }) {
  const { t, snap } = useApp();
  const pack = usePack();
  const [search, setSearch] = useState("");
  const asked = search.trim() !== "";
  const recent = recentTypes(snap.records, MOST_RECENT).flatMap((code) =>
    pack.incident_types.filter((type) => type.code === code),
  );
  return (
    <div class="stack">
      <TextField testid="incident-search" label={t("type-search")} kind="search" value={search} onChange={setSearch} />
      {asked && <Found search={search} onChoose={onChoose} />}
      {!asked && recent.length > 0 && (
        <section class="stack-tight">
          <h2>{t("type-recent")}</h2>
          <ul class="list">
            {recent.map((type) => (
              <li key={type.code}>
                <TypeRow type={type} from="recent" onChoose={onChoose} />
              </li>
            ))}
          </ul>
        </section>
      )}
      {!asked && (
        <section class="stack-tight">
          <h2>{t("type-groups")}</h2>
          <div class="list">
            {pack.incident_groups.map((group) => (
              <Group key={group.code} code={group.code} onChoose={onChoose} />
            ))}
          </div>
        </section>
      )}
    </div>
  );
}

function Found({ search, onChoose }: { search: string; onChoose: (type: IncidentType) => void }) {
  const { t } = useApp();
  const found = usePack().incident_types.filter((type) =>
    isFoundIn([type.code, ...Object.values(type.label)].join(" "), search),
  );
  return (
    <>
      <p class="quiet" role="status" data-testid="type-found">
        {found.length === 0 ? t("type-none") : t("type-found", { count: String(found.length) })}
      </p>
      {found.length > 0 && (
        <ul class="list">
          {found.map((type) => (
            <li key={type.code}>
              <TypeRow type={type} onChoose={onChoose} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function Group({ code, onChoose }: { code: string; onChoose: (type: IncidentType) => void }) {
  const { snap } = useApp();
  const pack = usePack();
  const [open, setOpen] = useState(false);
  const group = pack.incident_groups.find((one) => one.code === code);
  const types = pack.incident_types.filter((type) => type.group === code);
  return (
    <details class="group" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary class="press" data-testid={`incident-group-${code}`}>
        <span>{named(group?.name, snap.language)}</span>
        <span class="quiet small">{types.length}</span>
        <Icon name="open" small />
      </summary>
      {/* Rows are made when the group is opened: 73 of them at once would be felt on an old phone. */}
      {open && (
        <ul>
          {types.map((type) => (
            <li key={type.code}>
              <TypeRow type={type} onChoose={onChoose} />
            </li>
          ))}
        </ul>
      )}
    </details>
  );
}

function TypeRow({
  type,
  from,
  onChoose,
}: {
  type: IncidentType;
  from?: string;
  onChoose: (type: IncidentType) => void;
}) {
  const { snap } = useApp();
  return (
    <Row testid={`${from ? `${from}-` : ""}incident-type-${type.code}`} onPress={() => onChoose(type)}>
      <span>{named(type.label, snap.language)}</span>
      <span class="small quiet">
        <bdi>{type.code}</bdi>
      </span>
    </Row>
  );
}
