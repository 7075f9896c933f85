/** Names what is still open before a form is handed in; it may be handed in all the same. */
import { Button } from "../../ui/controls.tsx";
import { Chip, Dialog } from "../../ui/notices.tsx";
import { useApp } from "../app_context.ts";

export interface Missing {
  id: string;
  words: string;
  critical: boolean;
}

interface MissingDialogProps {
  missing: readonly Missing[];
  onSave: () => void;
  onFill: () => void;
}

const MOST_NAMED = 5;

export function MissingDialog({ missing, onSave, onFill }: MissingDialogProps) {
  const { t } = useApp();
  const sorted = [...missing].sort((a, b) => Number(b.critical) - Number(a.critical));
  return (
    <Dialog title={t("missing-title")} testid="missing" onClose={onFill}>
      <ul class="stack-tight">
        {sorted.slice(0, MOST_NAMED).map((one) => (
          <li key={one.id}>
            {one.critical && (
              <>
                <Chip tone="look">{t("word-critical")}</Chip>{" "}
              </>
            )}
            {one.words}
          </li>
        ))}
      </ul>
      {sorted.length > MOST_NAMED && (
        <p class="quiet">{t("missing-more", { count: String(sorted.length - MOST_NAMED) })}</p>
      )}
      <p>{t("missing-note")}</p>
      <Button testid="missing-fill" look="primary" wide onPress={onFill}>
        {t("missing-fill")}
      </Button>
      <Button testid="missing-save" wide onPress={onSave}>
        {t("missing-save")}
      </Button>
    </Dialog>
  );
}
